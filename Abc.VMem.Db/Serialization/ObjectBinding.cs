namespace Abc.VMem.Db.Serialization;

/// <summary>A plain type laid over a field table. Immutable once built.</summary>
internal sealed class ObjectBinding(ObjectPlan plan, FieldTable table) : Binding
{
    /// <summary>Slot of an ordinal that the type doesn't know.</summary>
    public const int Unknown = -1;

    /// <summary>Slot of an ordinal whose name the type knows with another storage kind.</summary>
    public const int Superseded = -2;

    private static readonly byte[] NilToken = [TokenCode.Nil];

    private bool _hasUnknown;

    /// <summary>Member of each ordinal, or <see cref="Unknown"/> or <see cref="Superseded"/>.</summary>
    /// <remarks>
    /// After the table's ordinals come members that only have alternates: they are read as if absent at an own ordinal.
    /// </remarks>
    public int[] Slots { get; private set; } = new int[table.Fields.Count];

    /// <summary>Ordinal of each member; -1 when the table has none.</summary>
    public int[] Ordinals { get; } = new int[plan.Members.Count];

    /// <summary>For each member the bindings of what is inside.</summary>
    public Binding?[] Children { get; } = new Binding?[plan.Members.Count];

    /// <summary>
    /// For each member the ordinals with its name and another storage kind, newest first; null when none.
    /// </summary>
    public int[]?[] Alternates { get; } = new int[plan.Members.Count][];

    /// <summary>Ordinals to write: up to the last one that the type knows.</summary>
    public int WriteCount { get; private set; }

    /// <summary>Ordinal of the member that tells one object from another; -1 when there is none.</summary>
    public int IdentityOrdinal { get; private set; } = -1;

    /// <summary>The members.</summary>
    public ObjectPlan Plan => plan;

    /// <summary>The table.</summary>
    public FieldTable Table => table;

    /// <inheritdoc/>
    public override bool HasUnknown => _hasUnknown;

    /// <summary>Whether every member has an ordinal.</summary>
    public bool IsComplete => Array.TrueForAll(Ordinals, ordinal => ordinal >= 0);

    /// <summary>Whether the member has an ordinal, or had one with another storage kind.</summary>
    public bool IsKnown(int member) => Ordinals[member] >= 0 || Alternates[member] is not null;

    /// <summary>Finds the ordinals of the members.</summary>
    public void Resolve()
    {
        Array.Fill(Slots, Unknown);
        for (var member = 0; member < plan.Members.Count; member++)
        {
            Resolve(member);
        }

        _hasUnknown = Array.Exists(Slots, slot => slot == Unknown);
        WriteCount = 1 + Array.FindLastIndex(Slots, slot => slot >= 0);
        Slots = [.. Slots, .. Enumerable.Range(0, Ordinals.Length).Where(m => Ordinals[m] < 0 && IsKnown(m))];
        IdentityOrdinal = plan.IdentityMember is >= 0 and var identity ? Ordinals[identity] : -1;
    }

    /// <summary>Takes over from what is inside whether there are unknown members; true when that was news.</summary>
    public bool UpdateHasUnknown()
    {
        var before = _hasUnknown;
        _hasUnknown |= Array.Exists(Children, child => child is { HasUnknown: true });
        return _hasUnknown != before;
    }

    /// <summary>Adds the name of the member at an ordinal to a fault.</summary>
    public void Qualify(DocumentFault fault, int ordinal)
    {
        if ((uint)ordinal < (uint)table.Fields.Count)
        {
            var field = table.Fields[ordinal];
            fault.AddOuter(field.Name, field.Shape.Kind is StorageKind.List or StorageKind.Map);
        }
    }

    /// <summary>What to read for an ordinal that a document has no value for.</summary>
    /// <param name="reader">Reads the document; stays where it is.</param>
    /// <param name="ordinal">Index of <see cref="Slots"/>.</param>
    /// <param name="count">Ordinals in the document.</param>
    public DocumentReader ReadAbsent(scoped ref DocumentReader reader, int ordinal, int count)
    {
        var slot = Slots[ordinal];
        if (slot < 0)
        {
            return new DocumentReader(NilToken);
        }

        if (Alternates[slot] is { } alternates)
        {
            var target = plan.Members[slot].Codec;
            var document = reader.From(reader.Start);
            foreach (var alternate in alternates)
            {
                if (alternate >= count)
                {
                    continue;
                }

                var token = DocumentArray.ElementAt(document, alternate, out var scanned);
                reader.ChargeAbsent(scanned);
                if (token[0] != TokenCode.Absent)
                {
                    return new DocumentReader(TokenConverter.Convert(table.Fields[alternate].Shape, token, target));
                }
            }

            if (ordinal >= table.Fields.Count)
            {
                var newest = table.Fields[alternates[0]];
                return new DocumentReader(TokenConverter.Convert(newest.Shape, newest.Default.Span, target));
            }
        }

        reader.ChargeAbsent(table.DefaultCosts[ordinal]);
        return new DocumentReader(table.Fields[ordinal].Default.Span, reader.Depth);
    }

    private void Resolve(int member)
    {
        var plannedMember = plan.Members[member];
        var alternates = new List<int>();
        Ordinals[member] = -1;
        for (var ordinal = table.Fields.Count - 1; ordinal >= 0; ordinal--)
        {
            if (table.Fields[ordinal].Name != plannedMember.Name)
            {
                continue;
            }

            var isMatch = Ordinals[member] < 0 && table.Fields[ordinal].Shape.Matches(plannedMember.Codec);
            Slots[ordinal] = isMatch ? member : Superseded;
            if (isMatch)
            {
                Ordinals[member] = ordinal;
            }
            else
            {
                alternates.Add(ordinal);
            }
        }

        Alternates[member] = alternates.Count == 0 ? null : [.. alternates];
    }
}

/// <summary>Binds types to the tables of one schema.</summary>
internal sealed class BindingFactory(DocumentSchema schema)
{
    // By table. The number of types bound to one table is small: several only where a member changed its class.
    private readonly List<ObjectBinding>?[] _objects = new List<ObjectBinding>?[schema.Tables.Count];
    private readonly List<ObjectBinding> _all = [];

    /// <summary>Whether every member of every type bound so far has an ordinal.</summary>
    public bool IsComplete => _all.TrueForAll(binding => binding.IsComplete);

    /// <summary>The binding of a type at a place of the schema; null for what needs none.</summary>
    public Binding? Bind(ValueCodec codec, StorageShape shape)
    {
        var binding = Create(codec, shape);
        SpreadUnknown();
        return binding;
    }

    // An unknown member counts for all objects above it. Tables may contain themselves, so until nothing changes.
    private void SpreadUnknown()
    {
        var isChanged = true;
        while (isChanged)
        {
            isChanged = false;
            foreach (var binding in _all)
            {
                isChanged |= binding.UpdateHasUnknown();
            }
        }
    }

    private Binding? Create(ValueCodec codec, StorageShape shape) => shape.Kind switch
    {
        StorageKind.Document => Create(codec.Plan!, shape.Table),
        StorageKind.List => Create(codec.Element!, shape.Element!),
        StorageKind.Map => CreateMap(codec, shape),
        _ => null,
    };

    private MapBinding? CreateMap(ValueCodec codec, StorageShape shape)
    {
        var (key, value) = (Create(codec.Key!, shape.Key!), Create(codec.Element!, shape.Element!));
        return key is null && value is null ? null : new MapBinding(key, value);
    }

    private ObjectBinding Create(ObjectPlan plan, int table)
    {
        var bound = _objects[table] ??= [];
        if (bound.Find(b => b.Plan.Type == plan.Type) is { } known)
        {
            return known;
        }

        var binding = new ObjectBinding(plan, schema.Tables[table]);
        bound.Add(binding);
        _all.Add(binding);
        binding.Resolve();
        for (var member = 0; member < plan.Members.Count; member++)
        {
            var ordinal = binding.Ordinals[member];
            if (ordinal >= 0)
            {
                binding.Children[member] = Create(plan.Members[member].Codec, binding.Table.Fields[ordinal].Shape);
            }
        }

        return binding;
    }
}
