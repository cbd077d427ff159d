// Private networking: the app leaves through a subnet of its own, and reaches storage, vaults and (in Premium) the bus by private addresses.

param stem string
param location string
param tags object
param storageId string
param vaultId string
param grantsId string

@description('Empty where the bus has no private endpoint: only its Premium tier has.')
param serviceBusId string

// Kinds and not zone names are looped over, since Azure must know how many there are before it knows its own suffixes.
var kinds = concat(['blob', 'table', 'vault'], empty(serviceBusId) ? [] : ['bus'])

var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
  bus: 'privatelink.servicebus.windows.net'
}

var targets = concat(
  [
    { name: 'blob', id: storageId, kind: 'blob', group: 'blob' }
    { name: 'table', id: storageId, kind: 'table', group: 'table' }
    { name: 'vault', id: vaultId, kind: 'vault', group: 'vault' }
    { name: 'grants', id: grantsId, kind: 'vault', group: 'vault' }
  ],
  empty(serviceBusId) ? [] : [{ name: 'bus', id: serviceBusId, kind: 'bus', group: 'namespace' }]
)

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  name: 'vnet-${stem}'
}

resource endpointSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' existing = {
  parent: network
  name: 'snet-endpoints'
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for kind in kinds: {
    name: zoneNames[kind]
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (kind, index) in kinds: {
    parent: zone[index]
    name: 'to-${network.name}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for target in targets: {
    name: 'pep-${stem}-${target.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: endpointSubnet.id }
      privateLinkServiceConnections: [
        { name: target.name, properties: { privateLinkServiceId: target.id, groupIds: [target.group] } }
      ]
    }
  }
]

resource entry 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (target, index) in targets: {
    parent: endpoint[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: target.group
          properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zoneNames[target.kind]) }
        }
      ]
    }
    dependsOn: [zone]
  }
]
