using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using SharpFuzz;
using SharpFuzz.Common;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// The product once more, with a counter at each branch, loaded beside the one that the other tests use. These tests
/// are loaded once more as well, so that they call it.
/// </summary>
internal sealed unsafe class InstrumentedCode : AssemblyLoadContext
{
    /// <summary>Bytes of the counters.</summary>
    public const int MapBytes = 1 << 16;

    private const string Product = "Abc.VMem.Db";
    private const string Queries = "Abc.VMem.Db.Linq";
    private const string Tests = "Abc.VMem.Db.Tests";

    private static readonly Lazy<InstrumentedCode> s_instance = new(() => new());

    private InstrumentedCode()
        : base("instrumented")
    {
        // For good: whatever runs of this code counts, finalizers too.
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapBytes);
    }

    /// <summary>How often each branch was taken, modulo 256, since this was cleared.</summary>
    public static Span<byte> Counts => new(Trace.SharedMem, MapBytes);

    /// <summary>Loaded once.</summary>
    public static InstrumentedCode Instance => s_instance.Value;

    /// <summary>A target's method, running on the instrumented product.</summary>
    public Action<byte[]> Target(string name)
    {
        var type = LoadFromAssemblyName(new AssemblyName(Tests)).GetType(typeof(FuzzTargets).FullName!, true)!;
        return type.GetMethod(name)!.CreateDelegate<Action<byte[]>>();
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
    {
        Product => LoadInstrumented(),
        Queries or Tests => LoadFromStream(new MemoryStream(File.ReadAllBytes(PathOf(assemblyName.Name)))),
        _ => null,
    };

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    private Assembly LoadInstrumented()
    {
        // It works on a file in place, so on a copy.
        using var folder = new Support.TemporaryFolder();
        var copy = folder.File(Product + ".dll");
        File.Copy(PathOf(Product), copy);
        Fuzzer.Instrument(copy, static _ => true, Options.Value);
        return LoadFromStream(new MemoryStream(File.ReadAllBytes(copy)));
    }
}
