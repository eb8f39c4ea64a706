using System.Text;
using System.Text.Json;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Loaders;

namespace Unbrick.Tests.Recovery.Loaders;

public sealed class ConsoleJobFileTests
{
    public static TheoryData<string> Loaders => [.. LoaderLibrary.All.Select(l => l.Profile.Id)];

    [Theory]
    [InlineData("""{"do":"power-on-and-stop-autoboot"}""")]
    [InlineData("""{"do":"setenv","name":"a","value":"b c"}""")]
    [InlineData("""{"do":"setenv","name":"a"}""")]
    [InlineData("""{"do":"saveenv"}""")]
    [InlineData("""{"do":"dump","address":4096,"length":16,"to":"x"}""")]
    [InlineData("""{"do":"flash-write","address":4096,"sector":4096,"length":16,"source":0}""")]
    [InlineData("""{"do":"flash-write","address":4096,"sector":4096,"length":16,"source":0,"flash":"sf"}""")]
    [InlineData("""{"do":"run","command":"version"}""")]
    [InlineData("""{"do":"report","to":"x"}""")]
    public void A_step_of_the_contract_is_understood(string step) => Assert.Single(LoaderSteps.Of("j", Job(step)));

    [Theory]
    [InlineData("""{"do":"format-everything"}""")]
    [InlineData("""{"do":"setenv","name":"a;reset","value":"b"}""")]
    [InlineData("""{"do":"setenv","name":"a","value":"b\nreset"}""")]
    [InlineData("""{"do":"setenv","name":"a","value":"'; reset; '"}""")]
    [InlineData("""{"do":"setenv","value":"b"}""")]
    [InlineData("""{"do":"dump","address":4096,"to":"x"}""")]
    [InlineData("""{"do":"dump","address":4096,"length":-1,"to":"x"}""")]
    [InlineData("""{"do":"flash-write","address":4097,"sector":4096,"length":16,"source":0}""")]
    [InlineData("""{"do":"flash-write","address":4096,"sector":0,"length":16,"source":0}""")]
    [InlineData("""{"do":"flash-write","address":4096,"sector":4096,"length":16,"source":0,"flash":"floppy"}""")]
    [InlineData("""{"do":"load","protocol":"smoke","file":"x","address":0}""")]
    [InlineData("""{"do":"dump","adress":4096,"length":16,"to":"x"}""")]
    [InlineData("""{"name":"a"}""")]
    [InlineData("""{"do":null}""")]
    [InlineData("7")]
    public void What_cannot_be_carried_out_is_found_before_a_key_is_pressed(string step)
    {
        UnbrickException wrong = Assert.Throws<UnbrickException>(() => LoaderSteps.Of("j", Job(step)));

        Assert.Equal(ExitCode.BadImage, wrong.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"tty":"x","steps":[]}""")]
    [InlineData("""{"steps":[{"do":"saveenv"}]}""")]
    [InlineData("""{"tcp":["a"],"steps":[{"do":"saveenv"}]}""")]
    [InlineData("""{"tcp":[1,2],"steps":[{"do":"saveenv"}]}""")]
    public void What_is_no_job_is_told_as_one_sentence(string json) =>
        Assert.Throws<UnbrickException>(() => ConsoleJobFile.Parse("j", Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void The_line_is_the_tty_or_the_connection()
    {
        Assert.Equal("/dev/pts/5", ConsoleJobFile.Parse("j", """{"tty":"/dev/pts/5","tcp":["127.0.0.1",4555],"steps":[{"do":"saveenv"}]}"""u8).Address);
        Assert.Equal("tcp:127.0.0.1:4555", ConsoleJobFile.Parse("j", """{"tcp":["127.0.0.1",4555],"steps":[{"do":"saveenv"}]}"""u8).Address);
    }

    [Theory]
    [MemberData(nameof(Loaders))]
    public void A_profile_keeps_to_the_schema_and_says_where_it_is_known_from(string id)
    {
        using JsonDocument file = DataFiles.Json($"data/loaders/{id}.json");

        Assert.Empty(DataFiles.Schema("loader").Check(file.RootElement));
        Assert.Equal(id, file.RootElement.GetProperty("id").GetString());
        Assert.NotEmpty(LoaderLibrary.Find(id)!.Profile.Sources);
        Assert.All(LoaderLibrary.Find(id)!.Profile.Flash, flash => Assert.Contains(LoaderLibrary.Flash, d => d.Id == flash));
    }

    [Fact]
    public void The_kinds_of_flash_keep_to_the_schema_and_those_not_mapped_can_be_read_back()
    {
        using JsonDocument file = DataFiles.Json("data/loaders/flash.json");

        Assert.Empty(DataFiles.Schema("loader-flash").Check(file.RootElement));
        Assert.All(LoaderLibrary.Flash.Where(d => !d.Mapped), d => Assert.NotNull(d.Read));
    }

    private static ConsoleJobFile Job(string step) => ConsoleJobFile.Parse("j", Encoding.UTF8.GetBytes($$"""{"tty":"/dev/null","steps":[{{step}}]}"""));
}
