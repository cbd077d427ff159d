// The bus: topic alerts with a subscription per channel, and queue polls for more portals than one run can poll.

import { Subscriber } from '../types.bicep'

param name string
param location string
param tags object

@description('False: the namespace is there already; only topic, queue and rights are made.')
param isNew bool

@allowed(['Standard', 'Premium'])
param sku string

param subscribers Subscriber[]

@description('Deliveries of one message before it is put among the dead letters.')
param maxDeliveryCount int

@description('Object id of the monitor\'s identity.')
param principalId string

param workspaceId string
param privateNetwork bool

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/integration
var dataSender = '69a216fc-b8ed-44d8-bc22-1f3c2cd27a39'
var dataReceiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'

resource new 'Microsoft.ServiceBus/namespaces@2024-01-01' = if (isNew) {
  name: name
  location: location
  tags: tags
  sku: sku == 'Premium' ? { name: sku, tier: sku, capacity: 1 } : { name: sku, tier: sku }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateNetwork && sku == 'Premium' ? 'Disabled' : 'Enabled'
  }
}

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: name
}

// Topic and subscriptions keep what they hold for two weeks and then put it among the dead letters: no alert is dropped in silence.
resource topic 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: bus
  name: 'alerts'
  properties: {
    // A message's id is made of the alert and what happened to it, so a message sent again after a crash is taken once.
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT1H'
    defaultMessageTimeToLive: 'P14D'
    supportOrdering: true
  }
  dependsOn: [new]
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: bus
  name: 'polls'
  properties: {
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    // An old order to poll is worth nothing: the next one is there already. Put aside, it would only keep the alert on dead letters from ending.
    defaultMessageTimeToLive: 'PT30M'
    deadLetteringOnMessageExpiration: false
    lockDuration: 'PT5M'
    maxDeliveryCount: maxDeliveryCount
  }
  dependsOn: [new]
}

resource subscription 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = [
  for subscriber in subscribers: {
    parent: topic
    name: subscriber.name
    properties: {
      lockDuration: 'PT1M'
      maxDeliveryCount: maxDeliveryCount
      deadLetteringOnMessageExpiration: true
      deadLetteringOnFilterEvaluationExceptions: true
      defaultMessageTimeToLive: 'P14D'
    }
  }
]

// By the name that Service Bus itself gives to a new subscription's rule: with any other name that one would stay and let all through.
resource rule 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = [
  for (subscriber, index) in subscribers: {
    parent: subscription[index]
    name: '$Default'
    properties: {
      filterType: 'SqlFilter'
      sqlFilter: { sqlExpression: subscriber.filter }
    }
  }
]

resource maySendAlerts 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(topic.id, principalId, dataSender)
  scope: topic
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataSender)
  }
}

// On each subscription and not on the topic, which the trigger's documentation warns is not enough:
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#identity-based-connections
resource mayReceiveAlerts 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (subscriber, index) in subscribers: {
    name: guid(subscription[index].id, principalId, dataReceiver)
    scope: subscription[index]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataReceiver)
    }
  }
]

resource mayUseQueue 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [dataSender, dataReceiver]: {
    name: guid(queue.id, principalId, role)
    scope: queue
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (isNew) {
  name: 'to-log-analytics'
  scope: bus
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'OperationalLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
  dependsOn: [new]
}
