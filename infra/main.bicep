// The monitor in one resource group: az deployment group create -g GROUP -p infra/main.bicepparam, or azd up.
// docs/deploy.md says what comes before and after. Every secret lies in the key vault; here are only the names of the secrets.

targetScope = 'resourceGroup'

import { Existing, Mail, Portal, SettingsByName, Subscriber, Teams, Webhooks } from 'types.bicep'

@description('First part of every name: small letters and digits, a letter first.')
@minLength(2)
@maxLength(10)
param workload string = 'hsmon'

@description('Second part of every name, and the environment of azd or GitHub: small letters, digits and single hyphens, none of these at an end.')
@minLength(1)
@maxLength(12)
param environmentName string = 'prod'

@description('Where to put it: a region with Flex Consumption.')
param location string = resourceGroup().location

@description('On every resource.')
param tags object = {}

@description('The accounts to watch.')
param portals Portal[]

@description('Mail by SendGrid; leave it out for none.')
param mail Mail?

@description('Cards to Teams; leave it out for none.')
param teams Teams?

@description('Webhooks from HubSpot; leave it out for none.')
param webhooks Webhooks?

@description('More settings of the monitor, each as local.settings.sample.json names it, for example Connect__ClientId. They win over what the template sets.')
param settings SettingsByName = {}

@description('The same, of which each value is the name of a secret in the key vault, for example Connect__ClientSecret or Delivery__Slack__WebhookUrl.')
param vaultSettings SettingsByName = {}

@description('A domain of your own that leads to the app, without https://; empty: the app\'s own name.')
param customHost string = ''

@description('Client id of the Entra app registration for the page; empty: the page is closed to everybody.')
param signInClientId string = ''

@description('Object ids of the groups that may see the page; empty: whoever the app registration lets in.')
param signInGroups string[] = []

@description('Client ids of apps that may call the API with a token of their own; each needs an app role as people do.')
param signInCallers string[] = []

@description('Memory of an instance. 512 suffices for some hundred portals; more memory also means more processor.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('The most instances at once, over all functions.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

@description('The channels\' subscriptions to the topic alerts.')
param subscribers Subscriber[] = [
  { name: 'email', filter: 'channels LIKE \'%,email,%\'' }
  { name: 'teams', filter: 'channels LIKE \'%,teams,%\'' }
  { name: 'slack', filter: 'channels LIKE \'%,slack,%\'' }
  { name: 'webhook', filter: 'channels LIKE \'%,webhook,%\'' }
  { name: 'smtp', filter: 'channels LIKE \'%,smtp,%\'' }
]

@description('Deliveries of one message before it is put among the dead letters.')
@minValue(1)
@maxValue(100)
param maxDeliveryCount int = 10

@description('With more portals than this polls are shared out: an order for each goes onto the queue polls.')
@minValue(1)
param pollsAbove int = 200

@description('Standard costs some 10 dollars a month, Premium some 680; only Premium has private endpoints.')
@allowed(['Standard', 'Premium'])
param serviceBusSku string = 'Standard'

@description('Storage and vaults without a public address, reached through a virtual network.')
param privateNetwork bool = false

@description('What the log workspace takes in a day.')
@minValue(1)
param dailyLogGigabytes int = 1

@description('Who is told by Azure when the monitor itself is in trouble, or dear.')
param operators string[] = []

@description('A month\'s budget in the subscription\'s currency; 0: none.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the budget\'s first month, for example 2026-12-01.')
param budgetStart string = ''

@description('Resource id of a Log Analytics workspace that is there already.')
param existingWorkspaceId string = ''

@description('A storage account that is there already. Monitors may share one where each has a Store__TablePrefix of its own in settings; each could then read and write the others\' tables.')
param existingStorage Existing?

@description('A Service Bus namespace that is there already, and that no other monitor uses: topic, subscriptions and queue have fixed names, and two monitors would take each other\'s alerts and orders.')
param existingServiceBus Existing?

@description('A key vault, with role-based access, that is there already and holds the secrets.')
param existingKeyVault Existing?

// Abbreviations: https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-abbreviations
var stem = '${workload}-${environmentName}'
var suffix = take(uniqueString(resourceGroup().id, workload, environmentName), 8)
var here = resourceGroup().name
var appName = 'func-${stem}-${suffix}'
var storageName = existingStorage.?name ?? 'st${workload}${suffix}'
var busName = existingServiceBus.?name ?? 'sbns-${stem}-${suffix}'
var busId = resourceId(existingServiceBus.?resourceGroup ?? here, 'Microsoft.ServiceBus/namespaces', busName)
var vaultName = existingKeyVault.?name ?? 'kv-${workload}-${suffix}'
// A vault of its own, so that the right to write grants is no right to change the other secrets.
var grantVaultName = 'kv-${workload}-g${suffix}'
// With the end of the app's name: two monitors on one storage account must not run each other's package.
var deploymentContainer = 'app-package-${suffix}'
var everyTag = union(tags, { workload: workload, environment: environmentName, 'azd-env-name': environmentName })

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security
var keyVaultSecretsUser = '4633458b-17de-408a-874b-0445c86b69e6'
var keyVaultSecretsOfficer = 'b86a8fe4-44ce-4948-aee5-ecb2c155cd7f'

module identity 'modules/identity.bicep' = {
  params: { name: 'id-${stem}', location: location, tags: everyTag }
}

module telemetry 'modules/telemetry.bicep' = {
  params: {
    workspaceName: 'log-${stem}'
    insightsName: 'appi-${stem}'
    location: location
    tags: everyTag
    existingWorkspaceId: existingWorkspaceId
    dailyGigabytes: dailyLogGigabytes
    principalId: identity.outputs.principalId
  }
}

module storage 'modules/storage.bicep' = {
  scope: resourceGroup(existingStorage.?resourceGroup ?? here)
  params: {
    name: storageName
    location: location
    tags: everyTag
    isNew: existingStorage == null
    deploymentContainer: deploymentContainer
    principalId: identity.outputs.principalId
    workspaceId: telemetry.outputs.workspaceId
    privateNetwork: privateNetwork
  }
}

module serviceBus 'modules/serviceBus.bicep' = {
  scope: resourceGroup(existingServiceBus.?resourceGroup ?? here)
  params: {
    name: busName
    location: location
    tags: everyTag
    isNew: existingServiceBus == null
    sku: serviceBusSku
    subscribers: subscribers
    maxDeliveryCount: maxDeliveryCount
    principalId: identity.outputs.principalId
    workspaceId: telemetry.outputs.workspaceId
    privateNetwork: privateNetwork
  }
}

module vault 'modules/keyVault.bicep' = {
  scope: resourceGroup(existingKeyVault.?resourceGroup ?? here)
  params: {
    name: vaultName
    location: location
    tags: everyTag
    isNew: existingKeyVault == null
    role: keyVaultSecretsUser
    principalId: identity.outputs.principalId
    workspaceId: telemetry.outputs.workspaceId
    privateNetwork: privateNetwork
  }
}

module grantVault 'modules/keyVault.bicep' = {
  params: {
    name: grantVaultName
    location: location
    tags: everyTag
    isNew: true
    role: keyVaultSecretsOfficer
    principalId: identity.outputs.principalId
    workspaceId: telemetry.outputs.workspaceId
    privateNetwork: privateNetwork
  }
}

module subnets 'modules/subnets.bicep' = if (privateNetwork) {
  params: { stem: stem, location: location, tags: everyTag }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: {
    stem: stem
    location: location
    tags: everyTag
    storageId: resourceId(existingStorage.?resourceGroup ?? here, 'Microsoft.Storage/storageAccounts', storageName)
    vaultId: resourceId(existingKeyVault.?resourceGroup ?? here, 'Microsoft.KeyVault/vaults', vaultName)
    grantsId: resourceId('Microsoft.KeyVault/vaults', grantVaultName)
    serviceBusId: serviceBusSku == 'Premium' ? busId : ''
  }
  dependsOn: [subnets, storage, serviceBus, vault, grantVault]
}

module app 'modules/functionApp.bicep' = {
  params: {
    planName: 'asp-${stem}'
    appName: appName
    location: location
    tags: everyTag
    identityId: identity.outputs.id
    storageName: storageName
    deploymentContainer: deploymentContainer
    instanceMemoryMB: instanceMemoryMB
    maximumInstances: maximumInstances
    subnetId: privateNetwork ? resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-${stem}', 'snet-app') : ''
    workspaceId: telemetry.outputs.workspaceId
  }
  dependsOn: [storage, network]
}

module signIn 'modules/signIn.bicep' = {
  params: {
    appName: appName
    clientId: signInClientId
    groups: signInGroups
    callers: signInCallers
  }
  dependsOn: [app]
}

module appSettings 'modules/appSettings.bicep' = {
  params: {
    appName: appName
    storageName: storageName
    serviceBusName: busName
    pollsAbove: pollsAbove
    vaultName: vaultName
    grantVaultName: grantVaultName
    insightsName: telemetry.outputs.insightsName
    identityClientId: identity.outputs.clientId
    publicHost: empty(customHost) ? app.outputs.hostName : customHost
    portals: portals
    mail: mail
    teams: teams
    webhooks: webhooks
    more: settings
    moreOfVault: vaultSettings
  }
  // After the sign-in: both write the app's configuration, and Azure may refuse two such changes at the same time.
  dependsOn: [signIn, serviceBus, vault, grantVault]
}

module alertRules 'modules/alertRules.bicep' = {
  params: {
    stem: stem
    location: location
    tags: everyTag
    appName: appName
    insightsId: telemetry.outputs.insightsId
    serviceBusId: busId
    emails: operators
  }
  dependsOn: [serviceBus]
}

module workbook 'modules/workbook.bicep' = {
  params: { name: 'HubSpotMonitor ${stem}', location: location, tags: everyTag, insightsId: telemetry.outputs.insightsId }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0 && !empty(budgetStart) && !empty(operators)) {
  params: { name: 'budget-${stem}', amount: monthlyBudget, start: budgetStart, emails: operators }
}

// In capitals, since azd hands them to its hooks as environment variables.
output APP_NAME string = appName
output PAGE_URL string = 'https://${empty(customHost) ? app.outputs.hostName : customHost}/'
output WEBHOOK_URL string = 'https://${empty(customHost) ? app.outputs.hostName : customHost}/webhooks/hubspot'
output KEY_VAULT_NAME string = vaultName
output IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
