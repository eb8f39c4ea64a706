using System.Collections.Immutable;

namespace Unbrick.Recovery.Loaders;

/// <summary>
/// How a kind of flash is written by commands (<c>data/loaders/flash.json</c>). In the commands stand <c>{at}</c>, <c>{len}</c> (whole sectors),
/// <c>{n}</c> (bytes), <c>{ram}</c> and <c>{spare}</c> (memory to read back into), all hexadecimal.
/// </summary>
public sealed record FlashDialect
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>The flash is part of the address space: it is read, compared and dumped there.</summary>
    public bool Mapped { get; init; }

    /// <summary>Said first; null for nothing.</summary>
    public string? Probe { get; init; }

    /// <summary>Lifts protection; null where there is none.</summary>
    public string? Unprotect { get; init; }

    /// <summary>Erases whole sectors.</summary>
    public required string Erase { get; init; }

    /// <summary>Writes what is in memory.</summary>
    public required string Write { get; init; }

    /// <summary>Reads back into spare memory, where the flash is not mapped.</summary>
    public string? Read { get; init; }

    /// <summary>Lines of which one has to come after an erase.</summary>
    public ImmutableArray<string> Erased { get => field.IsDefault ? [] : field; init; }

    /// <summary>Lines of which one has to come after a write.</summary>
    public ImmutableArray<string> Written { get => field.IsDefault ? [] : field; init; }

    /// <summary>Lines that mean no.</summary>
    public ImmutableArray<string> Bad { get => field.IsDefault ? [] : field; init; }

    /// <summary>Where this is known from.</summary>
    public ImmutableArray<string> Sources { get => field.IsDefault ? [] : field; init; }
}
