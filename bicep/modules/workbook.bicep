// The workbook: what the audit says, for people who ask in pictures.
param location string
param tags { *: string }

@description('The Application Insights component that is asked.')
param componentName string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

type question = {
  title: string
  query: string
}

var questions question[] = [
  { title: 'Decisions', query: loadTextContent('../queries/decisions.kql') }
  { title: 'Who was denied what', query: loadTextContent('../queries/denials.kql') }
  { title: 'Who read or changed what', query: loadTextContent('../queries/access.kql') }
  { title: 'Approvals that wait', query: loadTextContent('../queries/approvals-waiting.kql') }
  { title: 'How long approvals took', query: loadTextContent('../queries/approval-latency.kql') }
  { title: 'Who decided approvals', query: loadTextContent('../queries/votes.kql') }
  { title: 'Refusals', query: loadTextContent('../queries/refusals.kql') }
  { title: 'Tokens', query: loadTextContent('../queries/credentials.kql') }
  { title: 'Time a request took, in milliseconds', query: loadTextContent('../queries/latency.kql') }
  { title: 'Policy versions', query: loadTextContent('../queries/policy.kql') }
]

var range = {
  type: 9
  name: 'range'
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    queryType: 0
    resourceType: 'microsoft.insights/components'
    parameters: [
      {
        id: guid('range')
        version: 'KqlParameterItem/1.0'
        name: 'Range'
        label: 'Time range'
        type: 4
        isRequired: true
        value: { durationMs: 86400000 }
        typeSettings: {
          allowCustom: true
          selectableValues: [
            { durationMs: 3600000 }
            { durationMs: 86400000 }
            { durationMs: 604800000 }
            { durationMs: 2592000000 }
          ]
        }
      }
    ]
  }
}

var charts = [
  for (question, index) in questions: {
    type: 3
    name: 'question-${index}'
    content: {
      version: 'KqlItem/1.0'
      title: question.title
      query: question.query
      size: 0
      queryType: 0
      resourceType: 'microsoft.insights/components'
      crossComponentResources: [component.id]
      timeContextFromParameter: 'Range'
      showExportToExcel: true
    }
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(component.id, 'cursorbroker')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'CursorBroker'
    sourceId: component.id
    version: 'Notebook/1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat([range], charts)
      fallbackResourceIds: [component.id]
    })
  }
}
