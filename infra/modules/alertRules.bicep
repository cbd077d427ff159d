// Who watches the monitor: Azure itself, by rules that do not need the monitor to be alive.

param stem string
param location string
param tags object
param appName string
param insightsId string
param serviceBusId string

@description('Who is told. Empty: the rules show in the portal and write to nobody.')
param emails string[]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${stem}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: take('hsmonitor', 12)
    enabled: true
    emailReceivers: [
      for (email, index) in emails: { name: 'mail${index}', emailAddress: email, useCommonAlertSchema: true }
    ]
  }
}

// Every timer has its own time: at least three of its runs, or two nights. A night's is missed only once it failed, so that no first night is waited for in vain.
// A query must begin with a table; the list of those that succeeded is therefore taken from the list of those that should have.
var often = '"PollUsage", "PollActivity", "WatchEvents", "SweepAlerts"'
var hourly = '"AuditAccess", "SendDigest"'
var nightly = '"TrainModels", "PruneTables", "InspectGrants"'

var queries = [
  {
    name: 'poll-stale'
    title: 'No account is seen'
    text: 'For half an hour no account\'s usage was read; every five minutes it should be. The monitor sees nothing meanwhile. Where HubSpot refuses every account, the monitor tells of it too; where it tells nothing, it stands still itself.'
    severity: 1
    every: 'PT5M'
    window: 'PT30M'
    // By the monitor's own count, which is one whether a run polls or an order of the bus, and which one account's trouble or a sweep's leaves alone.
    // A day that is used up is seen too: HubSpot tells its counter with the refusal.
    query: 'customMetrics | where name == "hubspotmonitor.polls" | where valueSum > 0 and tostring(customDimensions["hubspotmonitor.outcome"]) in ("Good", "Partial", "LimitReached")'
    dimensions: []
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'timers'
    title: 'A timer does not succeed'
    text: 'A timer, which the alert names, has not succeeded once: for half an hour where it is due every few minutes, for three hours where it is due every hour, for two days where it is due at night. A run counts as failed when it failed at one account, though the others were served.'
    severity: 2
    every: 'PT15M'
    window: 'P2D'
    query: join(
      [
        'requests'
        'where cloud_RoleName =~ "${appName}"'
        'where timestamp > case(name in (${often}), ago(30m), name in (${hourly}), ago(3h), ago(2d))'
        'summarize succeeded = make_set_if(name, success == true), failed = make_set_if(name, success == false and name in (${nightly}))'
        'mv-expand name = set_difference(set_union(dynamic([${often}, ${hourly}]), failed), succeeded) to typeof(string)'
        'where isnotempty(name)'
      ],
      ' | '
    )
    dimensions: [{ name: 'name', operator: 'Include', values: ['*'] }]
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'failures'
    title: 'Functions fail'
    text: 'More than five runs failed within 15 minutes. A single one is repeated and is nobody\'s worry; a timer that never succeeds has a rule of its own.'
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    query: 'requests | where cloud_RoleName =~ "${appName}" and success == false and toint(resultCode) !between (400 .. 499)'
    dimensions: []
    operator: 'GreaterThan'
    threshold: 5
  }
  {
    name: 'deliveries'
    title: 'A message was not delivered'
    text: 'A channel, which the alert names, gave a message up, or was tried at least three times within half an hour and took nothing: its key or its address may be wrong, and what waits for it is given up after two days. The monitor tells of it too, but by its channels: where there is no other, nobody else says it.'
    severity: 1
    every: 'PT15M'
    // Two of its runs, so that what arrives late is not left out. A channel that refuses everything is tried every five minutes.
    window: 'PT30M'
    query: join(
      [
        'customMetrics'
        'where name == "hubspotmonitor.deliveries"'
        'extend channel = tostring(customDimensions["hubspotmonitor.channel"]), outcome = tostring(customDimensions["hubspotmonitor.outcome"])'
        'summarize failed = sumif(valueSum, outcome == "Failed"), waits = sumif(valueSum, outcome == "Queued"), sent = sumif(valueSum, outcome == "Sent") by channel'
        'where failed > 0 or (waits >= 3 and sent == 0)'
      ],
      ' | '
    )
    dimensions: [{ name: 'channel', operator: 'Include', values: ['*'] }]
    operator: 'GreaterThan'
    threshold: 0
  }
]

resource rule 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for item in queries: {
    name: 'sqr-${stem}-${item.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: item.title
      description: item.text
      severity: item.severity
      enabled: true
      scopes: [insightsId]
      evaluationFrequency: item.every
      windowSize: item.window
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: item.query
            timeAggregation: 'Count'
            dimensions: item.dimensions
            operator: item.operator
            threshold: item.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]

// The way over the bus, of which the monitor itself sees only the ends: it writes a delivery down when it is called with the message, and knows of none before.
var metrics = [
  {
    name: 'bus-waiting'
    text: 'For a quarter of an hour something lay on the bus and was not taken: alerts do not reach their channels (topic alerts), or ordered polls are not made (queue polls). The monitor\'s page does not show it. See whether the functions that listen run, and whether the identity may receive.'
    window: 'PT15M'
    metric: 'ActiveMessages'
    // The least of all counts of that time: where messages are taken, one of them is 0.
    aggregation: 'Minimum'
  }
  {
    name: 'dead-letters'
    text: 'An alert could not be delivered, or a poll order failed too often: look at the dead letters on the monitor\'s page, and at those of the queue polls in Azure. This goes by how many there are, not by new ones: it ends when each was sent again or taken away (docs/deploy.md, "Dead letters").'
    window: 'PT5M'
    // A level: rules on metrics know no increase.
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
  }
]

resource metricRule 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for item in metrics: {
    name: 'ma-${stem}-${item.name}'
    location: 'global'
    tags: tags
    properties: {
      description: item.text
      severity: 1
      enabled: true
      scopes: [serviceBusId]
      evaluationFrequency: 'PT5M'
      windowSize: item.window
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: item.name
            metricNamespace: 'Microsoft.ServiceBus/namespaces'
            metricName: item.metric
            dimensions: [{ name: 'EntityName', operator: 'Include', values: ['alerts', 'polls'] }]
            operator: 'GreaterThan'
            threshold: 0
            timeAggregation: item.aggregation
          }
        ]
      }
      actions: [{ actionGroupId: people.id }]
    }
  }
]
