// What HubSpot's own client makes of requests: one as JSON on each line of the input, the answer on each line of the output.
'use strict';
const { createInterface } = require('node:readline');
const { Signature } = require('@hubspot/api-client/lib/src/utils/signature');

createInterface({ input: process.stdin }).on('line', line => {
  const { method, signatureVersion, ...options } = JSON.parse(line);
  console.log(JSON.stringify({
    signature: Signature.getSignature(method, signatureVersion, options),
    accepts: accepts({ method, signatureVersion, ...options }),
  }));
});

function accepts(request) {
  try {
    return Signature.isValid(request);
  } catch {
    return false; // how it says that a request is too old
  }
}
