namespace Abc.VMem.Db.Serialization;

/// <summary>
/// What a codec needs of a schema at one place: the field table of an object, the two bindings of a map. Scalars need
/// none; a list hands on the binding of its elements. Immutable once built.
/// </summary>
internal abstract class Binding
{
    /// <summary>
    /// Whether some table at or below this place has members that the types of the application don't know.
    /// </summary>
    public abstract bool HasUnknown { get; }
}

/// <summary>Bindings of a dictionary's keys and values.</summary>
internal sealed class MapBinding(Binding? key, Binding? value) : Binding
{
    /// <summary>Of the keys.</summary>
    public Binding? Key => key;

    /// <summary>Of the values.</summary>
    public Binding? Value => value;

    /// <inheritdoc/>
    public override bool HasUnknown => key is { HasUnknown: true } || value is { HasUnknown: true };
}
