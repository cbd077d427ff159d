// What the monitor is told. Secrets are references: the platform reads them from the key vault, and nobody sees them here.

import { Mail, Portal, SettingsByName, Teams, Webhooks } from '../types.bicep'

param appName string
param storageName string
param serviceBusName string
param pollsAbove int
param vaultName string
param grantVaultName string
param insightsName string
param identityClientId string

@description('Where people and HubSpot reach the monitor, without https://.')
param publicHost string

param portals Portal[]
param mail Mail?
param teams Teams?
param webhooks Webhooks?

@description('More settings. A deployment replaces all app settings, so that none can be kept that is not given here.')
param more SettingsByName

@description('The same, as names of secrets.')
param moreOfVault SettingsByName

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: appName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

func secret(vault string, name string) string =>
  '@Microsoft.KeyVault(SecretUri=https://${vault}${environment().suffixes.keyvaultDns}/secrets/${name})'

// The Functions host's own. AZURE_CLIENT_ID is for our own calls to tables, vault and bus.
var hostSettings = {
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  ServiceBusConnection__fullyQualifiedNamespace: '${serviceBusName}.servicebus.windows.net'
  ServiceBusConnection__credential: 'managedidentity'
  ServiceBusConnection__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId
  AZURE_CLIENT_ID: identityClientId
}

var storeSettings = {
  Store__AccountName: storageName
  Store__KeyVaultUrl: 'https://${grantVaultName}${environment().suffixes.keyvaultDns}/'
  Alerting__DashboardUrl: 'https://${publicHost}/'
  Bus__Namespace: '${serviceBusName}.servicebus.windows.net'
  Bus__PollsAbove: string(pollsAbove)
}

var portalSettings = [
  for (portal, index) in portals: union(
    {
      'Portals__${index}__Id': portal.id
      'Portals__${index}__Name': portal.name
    },
    empty(portal.?tokenSecret) ? {} : { 'Portals__${index}__Token': secret(vaultName, portal.?tokenSecret ?? '') },
    empty(portal.?timeZone) ? {} : { 'Portals__${index}__TimeZone': portal.?timeZone }
  )
]

// A channel is on when its section exists.
var mailSettings = mail == null
  ? {}
  : {
      Delivery__Email__ApiKey: secret(vaultName, mail!.apiKeySecret)
      Delivery__Email__From: mail!.from
    }

var recipientSettings = [
  for (recipient, index) in mail.?to ?? []: {
    'Delivery__Email__To__${index}': recipient
  }
]

var teamsSettings = teams == null ? {} : { Delivery__Teams__WorkflowUrl: secret(vaultName, teams!.workflowUrlSecret) }

var webhookSettings = webhooks == null
  ? {}
  : {
      Webhooks__PublicUrl: 'https://${publicHost}/webhooks/hubspot'
      Webhooks__Secrets__0: secret(vaultName, webhooks!.clientSecret)
    }

var rotationSettings = empty(webhooks.?previousClientSecret)
  ? {}
  : { Webhooks__Secrets__1: secret(vaultName, webhooks.?previousClientSecret ?? '') }

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: reduce(
    concat(
      [hostSettings, storeSettings, mailSettings, teamsSettings, webhookSettings, rotationSettings],
      portalSettings,
      recipientSettings,
      [more, toObject(items(moreOfVault), setting => setting.key, setting => secret(vaultName, setting.value))]
    ),
    {},
    (all, some) => union(all, some)
  )
}
