// A monitor that costs a few dollars a month must not become expensive unseen.

param name string

@description('In the currency of the subscription.')
param amount int

@description('First day of a month, 2026-12-01. Azure lets nobody change it later, so it is a parameter and not today.')
param start string

param emails string[]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: start }
    filter: {
      dimensions: { name: 'ResourceGroupName', operator: 'In', values: [resourceGroup().name] }
    }
    notifications: {
      soon: { enabled: true, operator: 'GreaterThan', threshold: 80, thresholdType: 'Actual', contactEmails: emails }
      forecast: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
