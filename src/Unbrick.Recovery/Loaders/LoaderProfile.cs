using System.Collections.Immutable;

namespace Unbrick.Recovery.Loaders;

/// <summary>A family of boot loaders as its console shows it (<c>data/loaders</c>). Patterns are regular expressions without backtracking.</summary>
public sealed record LoaderProfile
{
    /// <summary>Id and file name.</summary>
    public required string Id { get; init; }

    /// <summary>As people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Lines that name it.</summary>
    public ImmutableArray<string> Banner { get => field.IsDefault ? [] : field; init; }

    /// <summary>Other lines that are printed only while the device starts.</summary>
    public ImmutableArray<string> Start { get => field.IsDefault ? [] : field; init; }

    /// <summary>What it prints while it waits for a key.</summary>
    public ImmutableArray<string> Autoboot { get => field.IsDefault ? [] : field; init; }

    /// <summary>Keys that stop it: names (<c>space</c>, <c>esc</c>, <c>ctrl-c</c>, <c>enter</c>) or letters in a row. No digit but 4.</summary>
    public ImmutableArray<string> Keys { get => field.IsDefault ? [] : field; init; }

    /// <summary>Its prompts; each has to match a whole line.</summary>
    public ImmutableArray<string> Prompts { get => field.IsDefault ? [] : field; init; }

    /// <summary>What it prints when it was too late.</summary>
    public ImmutableArray<string> Passed { get => field.IsDefault ? [] : field; init; }

    /// <summary>What erases a typed line: <c>ctrl-c</c> or <c>ctrl-u</c>.</summary>
    public string Clear { get => field ?? "ctrl-c"; init; }

    /// <summary>Longest command line in characters.</summary>
    public int? LongestLine { get; init; }

    /// <summary>Each character is typed only when the one before it has come back: where a digit typed into a menu by mistake is dangerous.</summary>
    public bool StepByStep { get; init; }

    /// <summary>How its flash is written, by the names in <c>data/loaders/flash.json</c>; the usual one first.</summary>
    public ImmutableArray<string> Flash { get => field.IsDefault ? [] : field; init; }

    /// <summary>Its menu, if it has one.</summary>
    public LoaderMenu? Menu { get; init; }

    /// <summary>Where this is known from.</summary>
    public ImmutableArray<string> Sources { get => field.IsDefault ? [] : field; init; }
}

/// <summary>A menu that is shown before it boots.</summary>
public sealed record LoaderMenu
{
    /// <summary>Its first line.</summary>
    public required string Shown { get; init; }

    /// <summary>Its last line: from here on a key counts.</summary>
    public required string Ready { get; init; }

    /// <summary>Key that loads a system into memory and starts it; null for none.</summary>
    public string? Load { get; init; }

    /// <summary>Key that loads a system and writes it.</summary>
    public string? Write { get; init; }

    /// <summary>Key that leads to the prompt.</summary>
    public string? Command { get; init; }

    /// <summary>Keys that are never sent, because they replace the boot loader.</summary>
    public ImmutableArray<string> Never { get => field.IsDefault ? [] : field; init; }

    /// <summary>What it says when a key was taken; the key follows.</summary>
    public required string Chosen { get; init; }

    /// <summary>The question before anything is erased.</summary>
    public required string Sure { get; init; }

    /// <summary>The fields, in any order: each holds its old value already.</summary>
    public ImmutableArray<LoaderField> Fields { get => field.IsDefault ? [] : field; init; }

    /// <summary>What it says while it loads, writes and starts; in order of time.</summary>
    public ImmutableArray<LoaderSign> Signs { get => field.IsDefault ? [] : field; init; }
}

/// <summary>A field of a menu.</summary>
/// <param name="Name"><c>device</c>, <c>server</c> or <c>file</c>.</param>
/// <param name="Asks">What stands before what is typed.</param>
public sealed record LoaderField(string Name, string Asks);

/// <summary>Something that a loader says while it works.</summary>
/// <param name="Text">A pattern in a line.</param>
/// <param name="Means"><c>load</c>, <c>loaded</c>, <c>erase</c>, <c>write</c>, <c>written</c>, <c>starts</c>, <c>refused</c> or <c>failed</c>.</param>
/// <param name="Says">One sentence for the user.</param>
public sealed record LoaderSign(string Text, string Means, string Says);
