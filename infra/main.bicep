// What the monitor needs to keep its tables: a storage account that takes no key, and the right of the monitor's identity to use it.
// Deploy: az deployment group create -g GROUP -f infra/main.bicep -p principalId=OBJECT_ID, then set Store__AccountName to the output.

@description('Object id of the identity that the monitor runs as.')
param principalId string

@description('Where to put it.')
param location string = resourceGroup().location

@description('Name of the storage account: 3 to 24 small letters and digits, unique in all of Azure.')
@minLength(3)
@maxLength(24)
param accountName string = 'hubspotmon${uniqueString(resourceGroup().id)}'

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
var storageTableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: accountName
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource mayUseTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, principalId, storageTableDataContributor)
  scope: storage
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageTableDataContributor)
  }
}

output accountName string = storage.name
