using System.Text.Json;
using System.Text.Json.Serialization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>
/// The rows that are read whole and never searched by a part are kept as JSON. A list that the version which wrote a row did not know comes as null,
/// whatever its property begins as; so the lists' own init makes it empty.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(UsageCheckpoint))]
[JsonSerializable(typeof(JournalCheckpoint))]
[JsonSerializable(typeof(ActivityCheckpoint))]
[JsonSerializable(typeof(AccessSnapshot))]
[JsonSerializable(typeof(PostureReport))]
[JsonSerializable(typeof(DigestCheckpoint))]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(Silence))]
[JsonSerializable(typeof(MaintenanceWindow))]
[JsonSerializable(typeof(Feedback))]
[JsonSerializable(typeof(AlertDelivery))]
[JsonSerializable(typeof(ChannelState))]
[JsonSerializable(typeof(IReadOnlyList<EventCount>))]
[JsonSerializable(typeof(EventProfile))]
[JsonSerializable(typeof(EventCheckpoint))]
[JsonSerializable(typeof(Grant))]
[JsonSerializable(typeof(PostureScore))]
[JsonSerializable(typeof(RotationProof))]
[JsonSerializable(typeof(SecretSighting))]
internal sealed partial class StoreJson : JsonSerializerContext;
