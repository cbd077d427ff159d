using '../../../infra/main.bicep'

// Nothing new that could be old: storage, bus, vault and workspace are there already.
param portals = [{ id: '1', name: 'One', tokenSecret: 'one-token' }]
param existingStorage = { name: 'oldstorage', resourceGroup: 'rg-old' }
param existingServiceBus = { name: 'old-bus', resourceGroup: 'rg-old' }
param existingKeyVault = { name: 'old-vault', resourceGroup: 'rg-old' }
param existingWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-old/providers/Microsoft.OperationalInsights/workspaces/old-logs'
