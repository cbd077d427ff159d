// Takes HubSpot's webhooks in and stores them in Table Storage, as one would write it in Node with the usual packages:
// the signature checked over the raw body, the events grouped by partition, whole transactions side by side, answered when all is stored.
import { createHash } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { Signature } from '@hubspot/api-client';
import fastify from 'fastify';

const { PORT, STORE, TABLE, SECRET, PUBLIC_URL } = process.env;
const largestBatch = 100;
const largestBody = 8 * 1024 * 1024;

const table = TableClient.fromConnectionString(STORE, TABLE, { allowInsecureConnection: true });
await table.createTable();

const server = fastify({ bodyLimit: largestBody });
// The bytes that were signed.
server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));

server.post('/webhooks/hubspot', async (request, reply) => {
  if (!isSigned(request)) return reply.code(401).send();
  let events;
  try {
    events = JSON.parse(request.body);
  } catch {
    return reply.code(400).send();
  }
  try {
    await store(events, new Date());
  } catch (error) {
    console.error(error.message);
    return reply.code(503).header('Retry-After', '60').send();
  }
  return reply.code(200).send();
});

await server.listen({ port: Number(PORT), host: '127.0.0.1' });

function isSigned({ method, headers, body }) {
  try {
    return Signature.isValid({
      signatureVersion: 'v3',
      method,
      url: PUBLIC_URL,
      clientSecret: SECRET,
      requestBody: body,
      signature: headers['x-hubspot-signature-v3'],
      timestamp: Number(headers['x-hubspot-request-timestamp']),
    });
  } catch {
    return false;
  }
}

async function store(events, receivedAt) {
  const partitions = new Map();
  for (const event of events) {
    const row = toRow(event, receivedAt);
    const rows = partitions.get(row.partitionKey);
    if (rows === undefined) partitions.set(row.partitionKey, new Map([[row.rowKey, row]]));
    else rows.set(row.rowKey, row); // a transaction must not hold a row twice
  }
  const transactions = [];
  for (const rows of partitions.values()) {
    const actions = Array.from(rows.values(), row => ['upsert', row, 'Replace']);
    for (let start = 0; start < actions.length; start += largestBatch)
      transactions.push(table.submitTransaction(actions.slice(start, start + largestBatch)));
  }
  await Promise.all(transactions);
}

function toRow(event, receivedAt) {
  const time = new Date(event.occurredAt).toISOString().replace(/[-:.TZ]/g, '');
  return {
    partitionKey: `${event.portalId}|${time.slice(0, 8)}`,
    rowKey: `e|${time.slice(8)}|${identity(event)}`,
    Type: event.subscriptionType ?? event.eventType,
    Source: event.changeSource === 'INTEGRATION' ? `INTEGRATION:${event.sourceId}` : event.changeSource,
    ReceivedAt: receivedAt,
    Raw: Buffer.from(JSON.stringify(event)),
  };
}

// Without attemptNumber, so that every attempt falls on the same row.
function identity(event) {
  const parts = [
    event.portalId, event.occurredAt, event.subscriptionType ?? event.eventType, event.appId, event.subscriptionId, event.eventId, event.objectId,
    event.propertyName, event.messageId, event.fromObjectId, event.toObjectId, event.associationType,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}
