using System.Text;
using Azure.Data.Tables;

namespace HubSpotMonitor.Store.Secrets;

/// <summary>Table <c>DataProtectionKeys</c>: the host's key ring. Not asynchronous, because the framework that asks for it is not.</summary>
public sealed class KeyRingTable(Tables tables)
{
    private const string Name = "DataProtectionKeys";
    private const string Ring = "ring";

    /// <summary>All keys, as the framework wrote them.</summary>
    public IReadOnlyList<string> Read() =>
        [.. tables.Get(Name).Query<TableEntity>(row => row.PartitionKey == Ring).Select(row => Encoding.UTF8.GetString(RawColumns.Read(row)))];

    /// <summary>Keys are never deleted: what they encrypted must stay readable.</summary>
    public void Write(string name, string xml)
    {
        var row = new TableEntity(Ring, Keys.KeyOfRing(name)) { ["Name"] = name };
        RawColumns.Write(row, Encoding.UTF8.GetBytes(xml));
        tables.Get(Name).UpsertEntity(row, TableUpdateMode.Replace);
    }
}
