// The Durable Task Scheduler, which keeps the approvals' waits.
import { roleIds } from 'roles.bicep'

param name string
param taskHubName string
param location string
param tags { *: string }

@description('Object id of the broker\'s identity.')
param principalId string

@description('The identity\'s name. Names of role assignments are made of it, so that a what-if knows them beforehand.')
param principalName string

@description('Addresses that may connect, as CIDR ranges. The service denies everyone when there is none.')
@minLength(1)
param ipAllowlist string[]

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: { name: 'Consumption' }
    ipAllowlist: ipAllowlist
    publicNetworkAccess: 'Enabled'
  }
}

resource taskHub 'Microsoft.DurableTask/schedulers/taskHubs@2026-02-01' = {
  parent: scheduler
  name: taskHubName
}

resource worker 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(taskHub.id, principalName, roleIds.durableTaskDataContributor)
  scope: taskHub
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.durableTaskDataContributor)
  }
}

output endpoint string = scheduler.properties.endpoint
