// What to look at when the monitor itself is in question: a workbook on Application Insights. The layout lies in ../monitoring/workbook.json, each query in
// a file of its own beside it, which can be pasted into the portal as it is; an item of the layout names its query's file.

param name string
param location string
param tags object
param insightsId string

var layout = loadJsonContent('../monitoring/workbook.json')

var queries = {
  polls: loadTextContent('../monitoring/polls.kql')
  lag: loadTextContent('../monitoring/lag.kql')
  calls: loadTextContent('../monitoring/calls.kql')
  deliveries: loadTextContent('../monitoring/deliveries.kql')
  'delivery-age': loadTextContent('../monitoring/delivery-age.kql')
  'dead-letters': loadTextContent('../monitoring/dead-letters.kql')
  alerts: loadTextContent('../monitoring/alerts.kql')
  webhooks: loadTextContent('../monitoring/webhooks.kql')
  slow: loadTextContent('../monitoring/slow.kql')
  trace: loadTextContent('../monitoring/trace.kql')
}

var items = [
  for item in layout.items: item.type == 3
    ? union(item, { content: union(item.content, { query: queries[item.name] }) })
    : item
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insightsId, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: name
    category: 'workbook'
    sourceId: insightsId
    serializedData: string(union(layout, { items: items }))
  }
}
