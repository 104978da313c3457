// Two accounts. The host account is the platform's: packages, leases, and durable state when Azure Storage keeps it; the app owns it.
// The data account is the broker's: ledger, State and policy, a container each, with a role on the container alone.
import { roleIds } from 'roles.bicep'

param hostAccountName string
param dataAccountName string
param location string
param tags { *: string }

@description('Object id of the broker\'s identity.')
param principalId string

@description('The identity\'s name. Names of role assignments are made of it, so that a what-if knows them beforehand.')
param principalName string

@description('Group that may replace the policy; empty for none.')
param operatorGroupId string

@description('Group that may read the ledger; empty for none.')
param auditorGroupId string

@description('Public network access of both accounts, and what their firewalls let in.')
param publicNetworkAccess 'Enabled' | 'Disabled'
param defaultAction 'Allow' | 'Deny'
param ipRules string[]

@description('Whether durable state lies in the host account (queues and tables too), not in the Durable Task Scheduler.')
param hostsDurableState bool

@description('Days for which nothing in the ledger can be overwritten or deleted.')
@minValue(1)
@maxValue(146000)
param ledgerRetentionDays int

@description('Whether that has been locked; then no deployment touches it.')
param ledgerLocked bool

@description('Copies: LRS for evaluation, ZRS across zones, GRS or GZRS also across regions.')
param redundancy 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

@description('Where a record of every deletion in the data account goes.')
param workspaceId string

var properties = {
  accessTier: 'Hot'
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  allowSharedKeyAccess: false
  defaultToOAuthAuthentication: true
  isLocalUserEnabled: false
  isSftpEnabled: false
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  publicNetworkAccess: publicNetworkAccess
  networkAcls: {
    bypass: 'None'
    defaultAction: defaultAction
    ipRules: map(ipRules, range => { value: range, action: 'Allow' })
    virtualNetworkRules: []
  }
  encryption: {
    keySource: 'Microsoft.Storage'
    requireInfrastructureEncryption: true
    services: {
      blob: { enabled: true, keyType: 'Account' }
      file: { enabled: true, keyType: 'Account' }
      queue: { enabled: true, keyType: 'Account' }
      table: { enabled: true, keyType: 'Account' }
    }
  }
}

resource host 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: hostAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: properties

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = {
      name: 'packages'
      properties: { publicAccess: 'None' }
    }
  }
}

resource data 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: dataAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: properties

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      containerDeleteRetentionPolicy: { enabled: true, days: 30 }
    }

    // Append blobs and nothing else: what was written stays for the retention, and only more can be appended. What must change lies in state.
    resource ledger 'containers' = {
      name: 'ledger'
      properties: { publicAccess: 'None' }

      resource immutability 'immutabilityPolicies' = if (!ledgerLocked) {
        name: 'default'
        properties: {
          allowProtectedAppendWrites: true
          immutabilityPeriodSinceCreationInDays: ledgerRetentionDays
        }
      }
    }

    resource state 'containers' = {
      name: 'state'
      properties: { publicAccess: 'None' }
    }

    resource policy 'containers' = {
      name: 'policy'
      properties: { publicAccess: 'None' }
    }
  }
}

var hostRoles = concat([roleIds.blobDataOwner], hostsDurableState ? [roleIds.queueDataContributor, roleIds.tableDataContributor] : [])

// The Functions host wants its account as a whole: it makes its own containers. It holds nothing that the broker relies on.
resource hostAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in hostRoles: {
    name: guid(host.id, principalName, role)
    scope: host
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource ledgerWriter 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(data::blobs::ledger.id, principalName, roleIds.blobDataContributor)
  scope: data::blobs::ledger
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.blobDataContributor)
  }
}

resource stateWriter 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(data::blobs::state.id, principalName, roleIds.blobDataContributor)
  scope: data::blobs::state
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.blobDataContributor)
  }
}

// The broker reads its policy and can never write it.
resource policyReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(data::blobs::policy.id, principalName, roleIds.blobDataReader)
  scope: data::blobs::policy
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.blobDataReader)
  }
}

resource policyWriter 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorGroupId)) {
  name: guid(data::blobs::policy.id, operatorGroupId, roleIds.blobDataContributor)
  scope: data::blobs::policy
  properties: {
    principalId: operatorGroupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.blobDataContributor)
  }
}

resource ledgerReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(auditorGroupId)) {
  name: guid(data::blobs::ledger.id, auditorGroupId, roleIds.blobDataReader)
  scope: data::blobs::ledger
  properties: {
    principalId: auditorGroupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.blobDataReader)
  }
}

resource deletionLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'deletions'
  scope: data::blobs
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

output hostId string = host.id
output hostName string = host.name
output packagesUrl string = '${host.properties.primaryEndpoints.blob}${host::blobs::packages.name}'
output dataId string = data.id
output dataName string = data.name
output dataUrl string = data.properties.primaryEndpoints.blob
output ledgerContainer string = data::blobs::ledger.name
output stateContainer string = data::blobs::state.name
output policyContainer string = data::blobs::policy.name
