using System.Globalization;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Sim.Spi.Nand;

/// <summary>A simulated SPI NAND by address: its files, its bad blocks, its wrong bits.</summary>
internal static class NandSims
{
    /// <summary>Sets the bench up; <see cref="SpiSims.Open(string, VirtualTime)"/> has the keys.</summary>
    public static SimSpiBench Open(SimNandModel model, SimQuery query, SpiFaults? faults, VirtualTime time)
    {
        string? image = query.Text("image"), oob = query.Text("oob");
        bool save = query.Whole("save", 0, 1) == 1;
        ulong seed = query.Seed();
        SimSpiTiming timing = SpiSims.Timing(query);
        if (query.Text("b0") is { } configuration)
            model = model with { Configuration = SimText.HexByte("b0", configuration) };
        SimNand chip = new(model, seed);
        foreach (string word in Words(query.Text("bad")))
            chip.Array.MarkBad(SimText.Whole("bad", word, 0, model.Blocks - 1));
        foreach (string word in Words(query.Text("flips")))
        {
            string[] parts = word.Split('x');
            if (parts.Length > 2)
                throw SimText.Bad("flips", word, "pages, each with x and a number of bits: 70x1,130x9");
            chip.Array.Flip(SimText.Whole("flips", parts[0], 0, model.Pages - 1), parts.Length == 1 ? 1 : SimText.Whole("flips", parts[1], 1, 4096));
        }
        query.NothingElse();
        Load(chip, "image", image, 0, model.Page, save);
        Load(chip, "oob", oob, model.Page, model.Oob, save);
        return new SimSpiBench(chip, time, timing, faults, seed, () =>
        {
            if (save)
            {
                Save(chip, image, 0, model.Page);
                Save(chip, oob, model.Page, model.Oob);
            }
        });
    }

    private static void Load(SimNand chip, string key, string? path, int column, int length, bool mayBeNew)
    {
        if (path is null || (mayBeNew && !File.Exists(path)))
            return;
        SpiSims.Take(key, path, () =>
        {
            long most = (long)chip.Model.Pages * length;
            using FileStream file = File.OpenRead(path);
            if (file.Length > most)
                throw SimText.Bad(key, path, string.Create(CultureInfo.InvariantCulture, $"a file of at most {most:N0} bytes: a {chip.Name} has no more"));
            byte[] page = new byte[length];
            for (int number = 0, count; (count = file.ReadAtLeast(page, length, throwOnEndOfStream: false)) > 0; number++)
                chip.Array.Write(number, column, page.AsSpan(0, count));
            return true;
        });
    }

    private static void Save(SimNand chip, string? path, int column, int length)
    {
        if (path is null)
            return;
        string part = path + ".part";
        using (FileStream file = new(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            byte[] raw = new byte[chip.Model.RawPage];
            for (int page = 0; page < chip.Model.Pages; page++)
            {
                chip.Array.Read(page, raw);
                file.Write(raw, column, length);
            }
        }
        File.Move(part, path, overwrite: true);
    }

    private static string[] Words(string? list) => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
