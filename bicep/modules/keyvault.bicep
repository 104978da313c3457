// The broker's own secrets: the GitHub App's key, the sign-in client's secret, whatever a policy calls secret:NAME. None is written from here.
import { roleIds } from 'roles.bicep'

param name string
param location string
param tags { *: string }

@description('Object id of the broker\'s identity, which reads secrets.')
param principalId string

@description('The identity\'s name. Names of role assignments are made of it, so that a what-if knows them beforehand.')
param principalName string

@description('Group that may set secrets; empty for none.')
param operatorGroupId string

param publicNetworkAccess 'Enabled' | 'Disabled'
param defaultAction 'Allow' | 'Deny'
param ipRules string[]

@description('Where a record of every access goes.')
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: publicNetworkAccess
    networkAcls: {
      bypass: 'None'
      defaultAction: defaultAction
      ipRules: [for range in ipRules: { value: range }]
      virtualNetworkRules: []
    }
  }
}

// At the vault, because a policy may name any of its secrets; the vault holds nothing but the broker's.
resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalName, roleIds.keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.keyVaultSecretsUser)
  }
}

resource officer 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorGroupId)) {
  name: guid(vault.id, operatorGroupId, roleIds.keyVaultSecretsOfficer)
  scope: vault
  properties: {
    principalId: operatorGroupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.keyVaultSecretsOfficer)
  }
}

resource accessLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'access'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output id string = vault.id
output name string = vault.name
output url string = vault.properties.vaultUri
