using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Format;

/// <summary>An [OnDisk] struct as reflection sees it.</summary>
internal sealed class OnDiskStruct(Type type)
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Name of the struct.</summary>
    public string Name => type.Name;

    /// <summary>Size that the declaration states; 0 when it states none.</summary>
    public int DeclaredBytes => type.StructLayoutAttribute?.Size ?? 0;

    /// <summary>Size at run time.</summary>
    public int ActualBytes => SizeOf(type);

    /// <summary>Whether every offset is written down.</summary>
    public bool IsExplicit => type.IsExplicitLayout;

    /// <summary>The fields by offset.</summary>
    public List<FieldRow> Fields =>
        [.. type.GetFields(Instance)
            .Select(member => new FieldRow(OffsetOf(member), SizeOf(member.FieldType), member.Name))
            .OrderBy(row => row.Offset)];

    /// <summary>The fields that do not lie on a multiple of their alignment.</summary>
    public IEnumerable<string> Misaligned =>
        type.GetFields(Instance)
            .Where(member => OffsetOf(member) % AlignmentOf(member.FieldType) != 0)
            .Select(member => member.Name);

    /// <summary>Every struct of the product that is laid over bytes of a file.</summary>
    public static IEnumerable<OnDiskStruct> OfProduct() =>
        typeof(VMemDbException).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<OnDiskAttribute>() is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => new OnDiskStruct(type));

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static int OffsetOf(FieldInfo field) => field.GetCustomAttribute<FieldOffsetAttribute>()?.Value ?? -1;

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static int AlignmentOf(Type type)
    {
        if (type.IsEnum)
        {
            type = Enum.GetUnderlyingType(type);
        }

        return type.IsPrimitive
            ? SizeOf(type)
            : type.GetFields(Instance).Select(member => AlignmentOf(member.FieldType)).DefaultIfEmpty(1).Max();
    }
}
