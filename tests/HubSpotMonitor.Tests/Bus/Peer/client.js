// Microsoft's own client of Service Bus against the address in argument 1, by websocket if argument 3 says so; what it saw goes to standard output as JSON.
const { ServiceBusClient } = require('@azure/service-bus');
const WebSocket = require('ws');

// The client asks for TLS by websocket whatever the address says; what listens on this machine has none.
class PlainWebSocket extends WebSocket {
  constructor(url, protocols, options) { super(url.replace('wss:', 'ws:'), protocols, options); }
}
const client = new ServiceBusClient(process.argv[2], {
  retryOptions: { maxRetries: 1, timeoutInMs: 15000 },
  ...(process.argv[4] === 'websocket' && { webSocketOptions: { webSocket: PlainWebSocket } }),
});
// A test that hangs tells nothing.
setTimeout(() => { process.stderr.write('It took longer than a minute.'); process.exit(1); }, Number(process.env.LIMIT ?? 60000)).unref();
const wait = { maxWaitTimeInMs: 3000 };

async function take(receiver, count) {
  const taken = [];
  while (taken.length < count) {
    const more = await receiver.receiveMessages(count - taken.length, wait);
    if (more.length === 0) break;
    taken.push(...more);
  }
  return taken;
}

const show = (m) => ({
  body: m.body, id: m.messageId, subject: m.subject, type: m.contentType, properties: m.applicationProperties, count: m.deliveryCount, reason: m.deadLetterReason,
});

// What the monitor sent: looked at, then read and settled; but for dead letters, whose reasons this client names by strings, which the look-alike's
// listener (AMQPNetLite 2.5.5) cannot read.
async function read() {
  const receiver = client.createReceiver('alerts', 'email');
  const peeked = await receiver.peekMessages(10);
  const [first, second, third] = await take(receiver, 3);
  const renewed = await receiver.renewMessageLock(first);
  await receiver.completeMessage(first);
  await receiver.abandonMessage(second);
  await receiver.completeMessage(third);
  const [again] = await take(receiver, 1);
  await receiver.completeMessage(again);
  return { peeked: peeked.map(show), first: show(first), renewed: renewed > new Date(), again: show(again) };
}

// What the look-alike does with messages of the client's own: batch, repeat, filter, and too many deliveries.
async function drive() {
  const sender = client.createSender('alerts');
  const batch = await sender.createMessageBatch();
  for (let i = 0; i < 5; i++) batch.tryAddMessage({ body: { i }, messageId: `m${i}`, contentType: 'application/json', applicationProperties: { channels: i < 3 ? ',email,' : ',teams,' } });
  await sender.sendMessages(batch);
  await sender.sendMessages({ body: { i: 0 }, messageId: 'm0', applicationProperties: { channels: ',email,' } });
  const receiver = client.createReceiver('alerts', 'email');
  const mail = await take(receiver, 4);
  for (const m of mail.slice(1)) await receiver.completeMessage(m);
  await receiver.abandonMessage(mail[0]);
  let deliveries = 1;
  for (let [m] = await take(receiver, 1); m; [m] = await take(receiver, 1)) { deliveries++; await receiver.abandonMessage(m); }
  const dead = await client.createReceiver('alerts', 'email', { subQueueType: 'deadLetter' }).peekMessages(10);
  const largest = batch.maxSizeInBytes;
  return { mail: mail.map(show), deliveries, dead: dead.map(show), largest };
}

({ read, drive })[process.argv[3]]()
  // An exit does not wait for what a pipe has no room for.
  .then((seen) => new Promise((written) => process.stdout.write(JSON.stringify(seen), written)))
  .catch((e) => { process.stderr.write(String(e.stack ?? e)); process.exitCode = 1; })
  .finally(() => client.close())
  .then(() => process.exit());
