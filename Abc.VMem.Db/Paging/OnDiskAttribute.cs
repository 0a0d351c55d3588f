namespace Abc.VMem.Db.Paging;

/// <summary>Marks a struct that is laid over bytes of a file. FORMAT.md has one row for each of its fields.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class OnDiskAttribute : Attribute
{
}
