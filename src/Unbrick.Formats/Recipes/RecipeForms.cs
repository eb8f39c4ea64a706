using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Editing;

namespace Unbrick.Formats.Recipes;

/// <summary>Tells in which shape an input came.</summary>
internal static class RecipeForms
{
    /// <summary>The first form that fits; a refused one, or none, leaves an outcome in <paramref name="checks"/> that refuses.</summary>
    public static RecipeForm Choose(RecipeInput input, ReadOnlyMemory<byte> bytes, ReadBudget budget, ImmutableArray<CheckOutcome>.Builder checks)
    {
        FlashView file = new(bytes, 0, 0);
        foreach (RecipeForm form in input.Forms)
        {
            ImmutableArray<CheckOutcome> seen = [.. form.When.Select(check => RecipeChecker.Run(check, file, input.Name, budget))];
            if (seen.Any(outcome => !outcome.Holds))
                continue;
            if (form.Refuse is { } no)
            {
                RecipeCheck wrong = new() { What = $"{input.Title}, and not {form.Title}", Code = no.Code, Means = no.Means, Try = no.Try };
                checks.Add(new CheckOutcome(wrong, input.Name, false, $"{form.Title}: {string.Join("; ", seen.Select(s => s.Seen))}"));
            }
            return form;
        }
        RecipeCheck none = new()
        {
            What = input.Title,
            Code = FlawCode.Structure,
            Means = $"The recipe knows this input as: {string.Join("; ", input.Forms.Where(f => f.Refuse is null).Select(f => f.Title))}.",
        };
        checks.Add(new CheckOutcome(none, input.Name, false, $"{ByteText.Exact(bytes.Length)} that fit none of the forms it comes in"));
        return input.Forms.IsEmpty ? new RecipeForm { Title = "unknown" } : input.Forms[0];
    }

    public static FlashView View(RecipeForm form, ReadOnlyMemory<byte> bytes, Layout? map)
    {
        if (!form.AtFirmware)
            return new FlashView(bytes, form.Skip, form.FlashAt);
        Region firmware = map?.Regions.FirstOrDefault(r => r.Kind == RegionKind.Firmware)
            ?? throw new RecipeFaultException("where the firmware begins in the flash is not known without a device's map");
        return new FlashView(bytes, form.Skip, firmware.Offset);
    }
}
