using System.Collections.Immutable;
using Unbrick.Formats.Editing;

namespace Unbrick.Formats.Recipes;

/// <summary>The device that a file is made for, as far as recipes ask about it.</summary>
/// <param name="Name">To call it by.</param>
/// <param name="Boards">Board names that sysupgrade finds itself in.</param>
/// <param name="Compat">Compatibility version of OpenWrt's present images for it; <c>1.0</c> where nothing ever changed.</param>
/// <param name="Map">Its partition map; null when it is not known.</param>
public sealed record RecipeTarget(string Name, ImmutableArray<string> Boards, string Compat, Layout? Map);
