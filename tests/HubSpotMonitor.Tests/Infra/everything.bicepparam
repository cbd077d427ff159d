using '../../../infra/main.bicep'

// Every choice taken, to see what the template makes of it.
param workload = 'monitor'
param environmentName = 'all'
param tags = { costCenter: '4711' }
param portals = [
  { id: '1', name: 'One', tokenSecret: 'one-token', timeZone: 'Europe/Berlin' }
  { id: '2', name: 'Two' }
]
param pollsAbove = 1
param mail = { apiKeySecret: 'mail-key', from: 'Monitor <monitor@example.com>', to: ['a@example.com', 'b@example.com'] }
param teams = { workflowUrlSecret: 'teams-url' }
param webhooks = { clientSecret: 'client-secret', previousClientSecret: 'client-secret-before' }
param settings = {
  Connect__ClientId: '33333333-3333-3333-3333-333333333333'
  Connect__RedirectUrl: 'https://monitor.example.com/connect/callback'
  Delivery__Fallback: 'slack'
}
param vaultSettings = { Connect__ClientSecret: 'connect-client-secret', Delivery__Slack__WebhookUrl: 'slack-url' }
param customHost = 'monitor.example.com'
param signInClientId = '11111111-1111-1111-1111-111111111111'
param signInGroups = ['22222222-2222-2222-2222-222222222222']
param signInCallers = ['44444444-4444-4444-4444-444444444444']
param instanceMemoryMB = 2048
param serviceBusSku = 'Premium'
param privateNetwork = true
param operators = ['operations@example.com']
param monthlyBudget = 50
param budgetStart = '2026-12-01'
