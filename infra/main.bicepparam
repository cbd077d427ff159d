using 'main.bicep'

// Change the values, not the names. What stands in capital letters can be set by azd or the workflow instead.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'prod')

param portals = [
  { id: '12345678', name: 'Acme', tokenSecret: 'hubspot-acme-token' }
]

param mail = {
  apiKeySecret: 'sendgrid-api-key'
  from: 'HubSpotMonitor <monitor@example.com>'
  to: ['security@example.com']
}

param teams = { workflowUrlSecret: 'teams-workflow-url' }

// Without an app of your own (a service key has no webhooks) take this line out.
param webhooks = { clientSecret: 'hubspot-client-secret' }

// The app registration of the page. Once there is one, write its client id between the quotes (it is no secret): each deployment sets the sign-in anew, and one that
// does not know the client id, from a new shell say, closes the page for everybody.
param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')

param operators = ['operations@example.com']
param monthlyBudget = 50
// The first of the month in which it is deployed first; afterwards it may not change.
param budgetStart = '2026-12-01'
