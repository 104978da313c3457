// A private endpoint for each service, and the private DNS zone that makes its public name resolve to it.
param networkId string
param subnetId string
param location string
param tags { *: string }

type target = {
  @description('Name of the endpoint.')
  name: string

  @description('The resource to reach.')
  id: string

  @description('Which face of it.')
  face: 'blob' | 'queue' | 'table' | 'vault' | 'sites'
}

param targets target[]

var storage = environment().suffixes.storage
var zoneOf = {
  blob: 'privatelink.blob.${storage}'
  queue: 'privatelink.queue.${storage}'
  table: 'privatelink.table.${storage}'
  vault: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
  sites: 'privatelink.azurewebsites.net'
}

// Faces, not zones: their number must be known before the deployment.
var faces = union(map(targets, target => target.face), [])

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for face in faces: {
    name: zoneOf[face]
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (face, index) in faces: {
    parent: zones[index]
    name: 'broker'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for target in targets: {
    name: target.name
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: target.face
          properties: {
            #disable-next-line use-resource-id-functions // it is an id: a parameter's, in a loop
            privateLinkServiceId: target.id
            groupIds: [target.face]
          }
        }
      ]
    }
  }
]

resource registrations 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (target, index) in targets: {
    parent: endpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: target.face
          properties: { privateDnsZoneId: zones[indexOf(faces, target.face)].id }
        }
      ]
    }
  }
]
