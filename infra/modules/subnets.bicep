// The virtual network that private networking needs before anything can be placed in it.

param stem string
param location string
param tags object

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${stem}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.90.0.0/24'] }
    subnets: [
      {
        // Flex Consumption takes one address for each instance, and wants this delegation:
        // https://learn.microsoft.com/azure/azure-functions/functions-networking-options
        name: 'snet-app'
        properties: {
          addressPrefix: '10.90.0.0/25'
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'snet-endpoints'
        properties: { addressPrefix: '10.90.0.128/27' }
      }
    ]
  }
}
