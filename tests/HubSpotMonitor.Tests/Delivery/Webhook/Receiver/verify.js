// What a receiver with the library of Standard Webhooks makes of webhooks: one as JSON on each line of the input, true or false on each line of the output.
'use strict';
const { createInterface } = require('node:readline');
const { Webhook } = require('standardwebhooks');

createInterface({ input: process.stdin }).on('line', line => console.log(accepts(JSON.parse(line))));

function accepts({ secret, id, timestamp, signature, body, at }) {
  Date.now = () => at; // the sender's clock is a test's
  try {
    new Webhook(secret).verify(body, { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature });
    return true;
  } catch {
    return false;
  }
}
