using System.Text.Json;

namespace Unbrick.Tests.Recovery;

public sealed class JsonSchemaTests
{
    private const string Schema = """
        {"type":"object","properties":{"a":{"type":"integer","minimum":2,"maximum":4},"b":{"$ref":"#/$defs/name"},
          "row":{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":false,"minItems":2},
          "many":{"type":"array","items":{"enum":["x","y"]},"maxItems":2}},
         "required":["a"],"additionalProperties":false,"$defs":{"name":{"type":["string","null"],"pattern":"^[a-z]+$","minLength":2}}}
        """;

    [Theory]
    [InlineData("""{"a":2}""", 0)]
    [InlineData("""{"a":4,"b":"ab","row":["x",1],"many":["x","y"]}""", 0)]
    [InlineData("""{"a":3,"b":null}""", 0)]
    [InlineData("""{}""", 1)]
    [InlineData("""{"a":1}""", 1)]
    [InlineData("""{"a":5}""", 1)]
    [InlineData("""{"a":2.5}""", 1)]
    [InlineData("""{"a":2,"c":1}""", 1)]
    [InlineData("""{"a":2,"b":"A1"}""", 1)]
    [InlineData("""{"a":2,"b":"x"}""", 1)]
    [InlineData("""{"a":2,"row":["x"]}""", 1)]
    [InlineData("""{"a":2,"row":["x",1,2]}""", 1)]
    [InlineData("""{"a":2,"row":[1,1]}""", 1)]
    [InlineData("""{"a":2,"many":["z"]}""", 1)]
    [InlineData("""{"a":2,"many":["x","x","x"]}""", 1)]
    [InlineData("""[]""", 1)]
    public void The_checker_finds_each_kind_of_violation(string json, int errors) =>
        Assert.Equal(errors, new JsonSchema(Parse(Schema)).Check(Parse(json)).Count);

    [Fact]
    public void A_keyword_that_the_checker_does_not_know_is_not_passed_over() =>
        Assert.Throws<NotSupportedException>(() => new JsonSchema(Parse("""{"oneOf":[]}""")).Check(Parse("1")));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
