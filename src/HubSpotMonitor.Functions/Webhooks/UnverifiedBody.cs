using System.Buffers;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Webhooks;

/// <summary>
/// A body whose headers look right, which anybody can make: none may take long,
/// and few at once may be large. Its bytes are gone when it is disposed of.
/// </summary>
/// <param name="large">The large ones that are read at once.</param>
/// <param name="patience">From the first byte to the last. Real time, whatever the clock: the connection is real.</param>
internal sealed class UnverifiedBody(LargeBodies large, TimeSpan patience) : IDisposable
{
    /// <summary>From so many bytes on a body is a large one: twice a full batch of usual events.</summary>
    public const int LargeFrom = 64 * 1024;

    // A full batch of usual events; what is larger grows. Never by the length that a
    // request claims: many that claim much and send nothing would cost us the memory.
    private const int UsualBody = 32 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(UsualBody);
    private int _length;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <returns>Null: it is read to its end.</returns>
    public async Task<IntakeOutcome?> ReadAsync(Stream body, int limit, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(patience, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        var isLarge = false;
        try
        {
            while (await body.ReadAsync(_buffer.AsMemory(_length), linked.Token) is var more and > 0)
            {
                _length += more;
                if (_length > limit)
                    return IntakeOutcome.BodyTooLarge;
                isLarge = isLarge || (_length >= LargeFrom && large.TryEnter());
                if (_length >= LargeFrom && !isLarge)
                    return IntakeOutcome.BodyNotRead;
                if (_length == _buffer.Length)
                    Grow();
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return IntakeOutcome.BodyNotRead;
        }
        finally
        {
            // Who sent it is known next, without waiting for anybody.
            if (isLarge)
                large.Leave();
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
        _buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
