// A vault that is there already and that callers reach through the broker: the broker's identity may read its secrets, or set and delete them as well.
import { roleIds } from 'roles.bicep'

param name string

@description('Object id of the broker\'s identity.')
param principalId string

@description('The identity\'s name. Names of role assignments are made of it, so that a what-if knows them beforehand.')
param principalName string

param access 'read' | 'write'

var roleId = access == 'write' ? roleIds.keyVaultSecretsOfficer : roleIds.keyVaultSecretsUser

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: name
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalName, roleId)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}
