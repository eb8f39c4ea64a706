using System.Collections.Immutable;
using Unbrick.Formats.Editing;

namespace Unbrick.Cli.Commands;

/// <summary>A region; <paramref name="Holds"/> are the formats that were found in it.</summary>
internal sealed record RegionRow(string Name, long Offset, long Length, RegionKind Kind, bool Writable, ImmutableArray<string> Holds);

/// <summary><c>unbrick image layout</c>; <paramref name="Agree"/> of <paramref name="Of"/> regions hold what the map says must be there.</summary>
internal sealed record ImageLayoutResult(
    string File, long Size, LayoutSource From, string? Device, int Agree, int Of, ImmutableArray<RegionRow> Regions) : CommandResult;

/// <summary><c>unbrick image extract</c>.</summary>
internal sealed record ImageExtractResult(string Out, string Region, long Offset, long Length, string Sha256) : CommandResult;

/// <summary>A stretch that differs.</summary>
internal sealed record DiffRunRow(long Offset, long Length);

/// <summary>A region that differs.</summary>
internal sealed record DiffRow(
    string Region, long Offset, long Length, RegionKind Kind, long Differing, ImmutableArray<string> Meaning,
    ImmutableArray<DiffRunRow> Runs, bool More);

/// <summary><c>unbrick image diff</c>.</summary>
internal sealed record ImageDiffResult(string A, string B, bool Equal, ImmutableArray<DiffRow> Regions) : CommandResult;

/// <summary>An edit, bytes in hex.</summary>
internal sealed record EditRow(long Offset, string Old, string New, string Why);

/// <summary><c>unbrick image edit</c>.</summary>
internal sealed record ImageEditResult(string Out, string Sha256, ImmutableArray<EditRow> Edits) : CommandResult;

/// <summary>A stretch of a built file; <paramref name="From"/> is null for filling.</summary>
internal sealed record SegmentRow(long At, long Size, string? From, long Offset, RegionKind Kind, string? What, string Sha256);

/// <summary>A check of a recipe.</summary>
internal sealed record CheckRow(string Code, string What, bool Holds, bool Warning, string Seen);

/// <summary><c>unbrick image build</c>; <paramref name="Out"/> is null when a check refused.</summary>
internal sealed record ImageBuildResult(
    string? Out, string Recipe, string Way, long Size, string? Sha256, ImmutableArray<SegmentRow> Segments, ImmutableArray<CheckRow> Checks,
    ImmutableArray<string> Notes, ImmutableArray<EditRow> Edits) : CommandResult;

/// <summary>A recipe in the list.</summary>
internal sealed record RecipeRow(string Id, string Title, ImmutableArray<string> Inputs, ImmutableArray<string> Ways);

/// <summary><c>unbrick image build</c> without a recipe.</summary>
internal sealed record RecipesResult(ImmutableArray<RecipeRow> Recipes) : CommandResult;
