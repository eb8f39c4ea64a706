using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Unbrick.Formats.Recipes;
using Unbrick.Recovery.BootLogs;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Problems;

namespace Unbrick.Tests.Recovery;

/// <summary>
/// Generated readers set every property of a record, with nothing where the file has no such key: what an initializer gives is lost then.
/// Defaults belong into the getter (<c>field ?? …</c>).
/// </summary>
public sealed class JsonDefaultsTests
{
    public static TheoryData<string> Records => [.. Read().Select(t => t.FullName!)];

    [Theory]
    [MemberData(nameof(Records))]
    public void No_record_that_is_read_from_a_file_relies_on_an_initializer(string record)
    {
        Type type = Read().Single(t => t.FullName == record);
        if (type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []) is not { } constructor)
            return; // positional: the reader calls its constructor
        object made = constructor.Invoke([]), bare = RuntimeHelpers.GetUninitializedObject(type);
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.CanWrite && p.GetCustomAttribute<RequiredMemberAttribute>() is null))
            Assert.True(Equals(Value(property, bare), Value(property, made)), $"{type.Name}.{property.Name} has an initializer");
    }

    [Fact]
    public void A_way_is_a_hint_until_it_is_said_where_it_was_read()
    {
        const string Way = """{"id":"x_y","recovery":[{"mode":"nmrp","server":[],"device":[],"files":[],"sources":["s"]}]}""";

        DeviceFile file = JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(Way), DeviceFileJsonContext.Default.DeviceFile)!;

        Assert.Equal(FactStanding.Hint, Assert.Single(file.Recovery).Standing);
    }

    /// <summary>Records that the files lead to, however deep.</summary>
    private static HashSet<Type> Read()
    {
        HashSet<Type> seen = [];
        Queue<Type> open = new([typeof(DeviceFile), typeof(MinedDevice), typeof(MinedSafeloader), typeof(Recipe), typeof(ProblemPage), typeof(LoaderProfile), typeof(FlashDialect), typeof(ConsoleJobFile), typeof(SignatureFile), typeof(EditionFile)]);
        while (open.TryDequeue(out Type? type))
        {
            foreach (Type inner in type.GetGenericArguments().Append(type.GetElementType()).OfType<Type>())
                open.Enqueue(inner);
            if (type.Namespace?.StartsWith("Unbrick", StringComparison.Ordinal) is not true || type.IsEnum || type.IsArray || !seen.Add(type))
                continue;
            foreach (PropertyInfo property in type.GetProperties())
                open.Enqueue(property.PropertyType);
        }
        return seen;
    }

    private static string Value(PropertyInfo property, object from) => JsonSerializer.Serialize(property.GetValue(from));
}
