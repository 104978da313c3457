// Who is told when something is wrong, and what counts as wrong.
param namePrefix string
param location string
param tags { *: string }

@description('The Application Insights component that is asked.')
param componentId string

@description('Addresses that get mail; with none, alerts are raised in the portal alone.')
param emails string[]

type rule = {
  name: string
  title: string

  @description('0 critical, 1 error, 2 warning.')
  severity: 0 | 1 | 2
  query: string

  @description('Fires above this many rows.')
  threshold: int

  @description('How far back each look goes, ISO 8601.')
  window: string
}

var rules rule[] = [
  {
    name: 'ledger'
    title: 'The ledger cannot be written, so requests are refused'
    severity: 0
    query: loadTextContent('../queries/alert-ledger.kql')
    threshold: 0
    window: 'PT5M'
  }
  {
    name: 'mint'
    title: 'GitHub gives no tokens, or State is out of reach'
    severity: 1
    query: loadTextContent('../queries/alert-mint.kql')
    threshold: 3
    window: 'PT15M'
  }
  {
    name: 'policy'
    title: 'A policy was refused; the one before stays in force'
    severity: 1
    query: loadTextContent('../queries/alert-policy.kql')
    threshold: 0
    window: 'PT15M'
  }
  {
    name: 'denials'
    title: 'Somebody is denied a lot'
    severity: 2
    query: loadTextContent('../queries/alert-denials.kql')
    threshold: 0
    window: 'PT15M'
  }
  {
    name: 'approvals'
    title: 'Approvals wait and nobody answers'
    severity: 2
    query: loadTextContent('../queries/alert-approvals.kql')
    threshold: 0
    window: 'P1D'
  }
  {
    name: 'notices'
    title: 'Approvers cannot be told of an approval'
    severity: 1
    query: loadTextContent('../queries/alert-notices.kql')
    threshold: 0
    window: 'PT15M'
  }
  {
    name: 'revocation'
    title: 'GitHub does not confirm that tokens were revoked'
    severity: 2
    query: loadTextContent('../queries/alert-revocation.kql')
    threshold: 5
    window: 'PT1H'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: '${namePrefix}-people'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'broker'
    emailReceivers: [for (email, index) in emails: { name: 'mail-${index}', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${namePrefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      severity: rule.severity
      enabled: true
      autoMitigate: true
      scopes: [componentId]
      targetResourceTypes: ['Microsoft.Insights/components']
      evaluationFrequency: 'PT5M'
      windowSize: rule.window
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(emails) ? [] : [people.id] }
    }
  }
]
