using System.Text.Json;
using System.Text.RegularExpressions;

namespace Unbrick.Tests.Recovery;

/// <summary>
/// Checks JSON against the part of JSON Schema (draft 2020-12) that <c>data/schema</c> uses. A keyword it does not know is an error in the
/// schema, so that no rule is passed over in silence.
/// </summary>
internal sealed class JsonSchema(JsonElement root)
{
    private readonly Dictionary<string, Regex> _patterns = [];

    /// <summary>One line for each violation: where, and what.</summary>
    public List<string> Check(JsonElement value)
    {
        List<string> errors = [];
        Check(root, value, "$", errors);
        return errors;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        if (schema.ValueKind == JsonValueKind.False)
        {
            errors.Add($"{at}: nothing is allowed here");
            return;
        }
        foreach (JsonProperty rule in schema.EnumerateObject())
        {
            if (!Holds(schema, rule, value, at, errors))
                errors.Add($"{at}: {rule.Name} {rule.Value.GetRawText()} does not hold for {Shown(value)}");
        }
    }

    private bool Holds(JsonElement schema, JsonProperty rule, JsonElement value, string at, List<string> errors) => rule.Name switch
    {
        "description" or "title" or "$schema" or "$defs" => true,
        "$ref" => Nested(Resolve(rule.Value.GetString()!), value, at, errors),
        "type" => HasType(rule.Value, value),
        "enum" => rule.Value.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)),
        "pattern" => value.ValueKind != JsonValueKind.String || Pattern(rule.Value.GetString()!).IsMatch(value.GetString()!),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.Value.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.Value.GetInt32(),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.Value.GetDouble(),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.Value.GetDouble(),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.Value.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.Value.GetInt32(),
        "required" => value.ValueKind != JsonValueKind.Object || rule.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
        "properties" => Properties(rule.Value, value, at, errors),
        "additionalProperties" => Additional(schema, rule.Value, value, at, errors),
        "prefixItems" => Items(value, at, errors, i => i < rule.Value.GetArrayLength() ? rule.Value[i] : null),
        "items" => Items(value, at, errors, i => schema.TryGetProperty("prefixItems", out JsonElement first) && i < first.GetArrayLength() ? null : rule.Value),
        _ => throw new NotSupportedException($"{at}: schema keyword {rule.Name}"),
    };

    private bool Nested(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        Check(schema, value, at, errors);
        return true;
    }

    private bool Properties(JsonElement schemas, JsonElement value, string at, List<string> errors)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in value.EnumerateObject())
            {
                if (schemas.TryGetProperty(member.Name, out JsonElement schema))
                    Check(schema, member.Value, $"{at}.{member.Name}", errors);
            }
        }
        return true;
    }

    private bool Additional(JsonElement parent, JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in value.EnumerateObject())
            {
                if (!parent.TryGetProperty("properties", out JsonElement known) || !known.TryGetProperty(member.Name, out _))
                    Check(schema, member.Value, $"{at}.{member.Name}", errors);
            }
        }
        return true;
    }

    private bool Items(JsonElement value, string at, List<string> errors, Func<int, JsonElement?> schemaOf)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            int i = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                if (schemaOf(i) is { } schema)
                    Check(schema, item, $"{at}[{i}]", errors);
                i++;
            }
        }
        return true;
    }

    private static bool HasType(JsonElement rule, JsonElement value) => rule.ValueKind == JsonValueKind.Array
        ? rule.EnumerateArray().Any(one => HasType(one, value))
        : rule.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            string other => throw new NotSupportedException($"schema type {other}"),
            null => throw new NotSupportedException("schema type null"),
        };

    private JsonElement Resolve(string reference) => root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]);

    private Regex Pattern(string pattern)
    {
        if (!_patterns.TryGetValue(pattern, out Regex? regex))
            _patterns[pattern] = regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return regex;
    }

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 80 } text ? text[..80] + "…" : value.GetRawText();
}
