// Loaded before Microsoft's client. Its AMQP library (rhea 3.0.5) leaves unread what comes in one packet with the outcome of SASL, and then
// waits for ever; Azure never sends it so, a listener on the same machine often does.
const sasl = require('rhea/lib/sasl.js');

const read = sasl.Client.prototype.read;
sasl.Client.prototype.read = function (buffer) {
  const before = this.transport.read_complete;
  const taken = read.call(this, buffer);
  return !before && this.transport.read_complete && taken < buffer.length ? taken + read.call(this, buffer.slice(taken)) : taken;
};
