// Who watches the monitor: Azure itself, by rules that do not need the monitor to be alive.

param stem string
param location string
param tags object
param appName string
param insightsId string
param serviceBusId string

@description('The function whose success says that polls run: the timer\'s, or with orders on the bus that of whoever works them off.')
param pollFunction string

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

var queries = [
  {
    name: 'poll-stale'
    title: 'HubSpot is not polled'
    text: 'No successful run of ${pollFunction} for half an hour; it is due every five minutes. The monitor sees nothing meanwhile.'
    severity: 1
    window: 'PT30M'
    query: 'requests | where cloud_RoleName =~ "${appName}" and name == "${pollFunction}" and success == true'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'failures'
    title: 'Functions fail'
    text: 'More than five runs failed within 15 minutes. A single one is repeated and is nobody\'s worry.'
    severity: 2
    window: 'PT15M'
    query: 'requests | where cloud_RoleName =~ "${appName}" and success == false and toint(resultCode) !between (400 .. 499)'
    operator: 'GreaterThan'
    threshold: 5
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
      evaluationFrequency: 'PT5M'
      windowSize: item.window
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: item.query
            timeAggregation: 'Count'
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

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'ma-${stem}-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'An alert could not be delivered, or a poll order was given up: look at the dead letters on the monitor\'s page, and at those of the queue polls in Azure.'
    severity: 1
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead-letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['alerts', 'polls'] }]
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Maximum'
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}
