using System.Globalization;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>Sizes of tests that prove more the longer they run: environment variables raise them.</summary>
internal static class Proof
{
    /// <summary>The number in an environment variable, or what every run does when it is not set.</summary>
    public static int Scale(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : usual;
}
