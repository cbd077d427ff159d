namespace HubSpotMonitor.Benchmarks.Fuzz;

/// <summary>A reader of what comes from outside, and what it promises of any input.</summary>
/// <param name="Name">As in <c>--target</c>, and of its folder of examples.</param>
/// <param name="Check">
/// Gives an input to the reader and throws when a promise is broken. Returns what the input was taken for, in a few words: an input that is taken for
/// something new is kept and spoilt further.
/// </param>
public sealed record FuzzTarget(string Name, Func<byte[], string> Check)
{
    /// <summary>What the reader's language is made of, to be put in anywhere; empty: it is JSON.</summary>
    public IReadOnlyList<byte[]> Words { get; init; } = [];
}

/// <summary>A promise that was broken.</summary>
public sealed class BrokenPromiseException(string message) : Exception(message)
{
    public static void ThrowUnless(bool kept, string promise)
    {
        if (!kept) throw new BrokenPromiseException(promise);
    }
}

/// <summary>An input that breaks a promise.</summary>
/// <param name="Target">Whose.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Round">Which input of the run.</param>
/// <param name="Input">The bytes.</param>
/// <param name="Why">What was thrown.</param>
public sealed record FuzzFailure(string Target, int Seed, long Round, byte[] Input, Exception Why)
{
    public override string ToString() => $"{Target}, seed {Seed}, input {Round}: {Convert.ToBase64String(Input)}{Environment.NewLine}{Why}";
}

/// <summary>How a run ended.</summary>
/// <param name="Inputs">How many were tried.</param>
/// <param name="Kinds">How many different things they were taken for.</param>
/// <param name="Failure">Null: every promise was kept.</param>
public sealed record FuzzResult(long Inputs, int Kinds, FuzzFailure? Failure);
