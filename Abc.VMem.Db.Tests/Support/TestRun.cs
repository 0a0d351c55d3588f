using System.Globalization;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// Runs tests of this assembly one after the other, up to the first failure, in the process that it is called in. What
/// <c>.ci/mutate</c> starts for each rule that is left out: a test platform would take ten times as long to start.
/// </summary>
internal static class TestRun
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Runs the tests whose names, arguments included, hold all the words of one alternative.</summary>
    /// <param name="wanted">Words with &amp; between them, alternatives with |.</param>
    /// <param name="output">Told of the first failure, or of how many passed.</param>
    /// <returns>0 = all passed, 1 = one failed, 2 = there is no such test.</returns>
    public static int Run(string wanted, TextWriter output)
    {
        var alternatives = wanted.Split('|').Select(words => words.Split('&')).ToList();
        var count = 0;
        foreach (var (name, run) in Tests(alternatives))
        {
            if (!alternatives.Exists(words => words.All(word => name.Contains(word, StringComparison.Ordinal))))
            {
                continue;
            }

            try
            {
                run();
                count++;
            }
            catch (Exception e)
            {
                var cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
                output.WriteLine($"failed: {name}: {cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ")}");
                output.Flush();
                return 1;
            }
        }

        output.WriteLine($"passed: {count}");
        return count > 0 ? 0 : 2;
    }

    // Only where the first word fits the name: the cases of all others need not be made.
    private static IEnumerable<(string Name, Action Run)> Tests(List<string[]> alternatives) =>
        from type in typeof(TestRun).Assembly.GetTypes().OrderBy(type => type.FullName, StringComparer.Ordinal)
        where !type.IsAbstract
        from method in type.GetMethods(Any)
        where method.GetCustomAttribute<FactAttribute>() is not null
        let name = $"{type.FullName}.{method.Name}"
        where alternatives.Exists(words => name.Contains(words[0], StringComparison.Ordinal))
        from arguments in Arguments(method)
        select ($"{name}({Text(arguments)})", (Action)(() => Call(type, method, arguments)));

    private static IEnumerable<object?[]> Arguments(MethodInfo method)
    {
        var data = method.GetCustomAttributes<DataAttribute>().ToList();
        return data.Count == 0
            ? [[]]
            : data.SelectMany(source => source.GetData(method)).Select(arguments => Packed(method, arguments));
    }

    // What a params parameter takes is one array.
    private static object?[] Packed(MethodInfo method, object?[] arguments)
    {
        var parameters = method.GetParameters();
        var isOpen = parameters[^1].IsDefined(typeof(ParamArrayAttribute))
            && !(arguments.Length == parameters.Length && arguments[^1] is Array);
        if (!isOpen)
        {
            return arguments;
        }

        var rest = arguments[(parameters.Length - 1)..];
        var packed = Array.CreateInstance(parameters[^1].ParameterType.GetElementType()!, rest.Length);
        Array.Copy(rest, packed, rest.Length);
        return [.. arguments[..(parameters.Length - 1)], packed];
    }

    private static string Text(object?[] arguments) =>
        string.Join(", ", arguments.Select(argument => argument is Array array
            ? string.Join(", ", array.Cast<object>())
            : Convert.ToString(argument, CultureInfo.InvariantCulture)));

    private static void Call(Type type, MethodInfo method, object?[] arguments)
    {
        var takesOutput = type.GetConstructor([typeof(ITestOutputHelper)]) is not null;
        var instance = Activator.CreateInstance(type, takesOutput ? [new NoOutput()] : []);
        try
        {
            if (method.Invoke(instance, arguments) is Task task)
            {
                task.GetAwaiter().GetResult();
            }
        }
        finally
        {
            (instance as IDisposable)?.Dispose();
        }
    }

    private sealed class NoOutput : ITestOutputHelper
    {
        public void WriteLine(string message)
        {
        }

        public void WriteLine(string format, params object[] args)
        {
        }
    }
}
