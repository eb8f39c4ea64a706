using System.Text.Json;
using Unbrick.Recovery.Images;

namespace Unbrick.Tests.Recovery.Images;

public sealed class ModelVariablesTests
{
    [Fact]
    public void The_file_is_as_its_schema_says()
    {
        using JsonDocument json = DataFiles.Json("data/model-variables.json");
        Assert.Empty(DataFiles.Schema("model-variables").Check(json.RootElement));
    }

    [Fact]
    public void The_model_comes_before_the_board_and_what_a_build_script_reads_is_not_there()
    {
        Assert.True(ModelVariables.All.IndexOf("model") < ModelVariables.All.IndexOf("board"));
        Assert.Contains("productid", ModelVariables.All);
        Assert.Distinct(ModelVariables.All);
        Assert.DoesNotContain("arch", ModelVariables.All);
        Assert.DoesNotContain("soc", ModelVariables.All);
    }
}
