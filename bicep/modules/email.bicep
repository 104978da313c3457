// Mail to approvers, from a domain that Azure owns and has verified. A domain of your own would have to be verified by hand.
import { roleIds } from 'roles.bicep'

param communicationName string
param emailName string
param tags { *: string }

@description('Object id of the broker\'s identity, which sends.')
param principalId string

@description('The identity\'s name. Names of role assignments are made of it, so that a what-if knows them beforehand.')
param principalName string

@description('Where mail data rests, such as Europe or United States.')
param dataLocation string

resource email 'Microsoft.Communication/emailServices@2025-09-01' = {
  name: emailName
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }

  resource domain 'domains' = {
    name: 'AzureManagedDomain'
    location: 'global'
    properties: {
      domainManagement: 'AzureManaged'
      userEngagementTracking: 'Disabled'
    }
  }
}

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: communicationName
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    linkedDomains: [email::domain.id]
    disableLocalAuth: true
  }
}

// There is no built-in role that only sends; this one is given on this resource alone.
resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(communication.id, principalName, roleIds.communicationAndEmailServiceOwner)
  scope: communication
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.communicationAndEmailServiceOwner)
  }
}

output endpoint string = 'https://${communication.properties.hostName}'
output sender string = 'DoNotReply@${email::domain.properties.mailFromSenderDomain}'
