using System.Text.Json;
using System.Text.Json.Serialization;
using HubSpotMonitor.Alerting.Silences;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.AspNetCore.Mvc;

namespace HubSpotMonitor.Functions.Api;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<PortalView>))]
[JsonSerializable(typeof(IReadOnlyList<Reading>))]
[JsonSerializable(typeof(List<Reading>))]
[JsonSerializable(typeof(IReadOnlyList<Alert>))]
[JsonSerializable(typeof(ActWish))]
[JsonSerializable(typeof(SilenceRequest))]
[JsonSerializable(typeof(WindowRequest))]
[JsonSerializable(typeof(Silence))]
[JsonSerializable(typeof(MaintenanceWindow))]
[JsonSerializable(typeof(IReadOnlyList<Silence>))]
[JsonSerializable(typeof(IReadOnlyList<MaintenanceWindow>))]
[JsonSerializable(typeof(IReadOnlyList<DeliveryView>))]
[JsonSerializable(typeof(IReadOnlyList<EventView>))]
[JsonSerializable(typeof(IReadOnlyList<DeadLetter>))]
[JsonSerializable(typeof(Redrive))]
[JsonSerializable(typeof(IReadOnlyList<BusDeadLetter>))]
[JsonSerializable(typeof(BusRedrive))]
[JsonSerializable(typeof(EventReplay))]
[JsonSerializable(typeof(IReadOnlyList<IntakeCount>))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(IReadOnlyList<PortalCredentials>))]
[JsonSerializable(typeof(IReadOnlyList<PortalFindings>))]
[JsonSerializable(typeof(IReadOnlyList<PortalCoverage>))]
[JsonSerializable(typeof(RotationBody))]
[JsonSerializable(typeof(RotationProof))]
[JsonSerializable(typeof(IReadOnlyList<RotationProof>))]
[JsonSerializable(typeof(TestAlertRequest))]
[JsonSerializable(typeof(IReadOnlyList<TestAnswer>))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ApiJson : JsonSerializerContext;
