// Where people query the audit. Only identities may write or read: no instrumentation key opens it.
import { roleIds } from 'roles.bicep'

param workspaceName string
param componentName string
param location string
param tags { *: string }

@description('Object id of the broker\'s identity, which sends telemetry.')
param principalId string

@description('The identity\'s name. Names of role assignments are made of it, so that a what-if knows them beforehand.')
param principalName string

@description('Days for which telemetry can be queried.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('GB a day after which no more is taken in; -1 for no cap. What is dropped is still in the ledger.')
param dailyCapGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
    DisableIpMasking: false
    SamplingPercentage: 100
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, principalName, roleIds.monitoringMetricsPublisher)
  scope: component
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.monitoringMetricsPublisher)
  }
}

output workspaceId string = workspace.id
output componentId string = component.id
