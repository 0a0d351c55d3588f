using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>
/// Makes the operations of a run from its seed. Each run has a taste of its own: it uses each kind of operation much,
/// little or not at all, so that states come up that an even mix never reaches.
/// </summary>
internal sealed class OperationGenerator
{
    private const int Keys = 500;

    private static readonly int[] s_caps = [16, 16, 17, 20, 24, 32, 48, 64, 128, 256];
    private static readonly string[] s_policies = [.. CrashPolicies.All.Select(policy => policy.ToString()), "Kill"];

    private readonly Random _random;
    private readonly (double Weight, Func<Operation> Make)[] _kinds;
    private readonly double _total;
    private readonly int _tables;
    private readonly int _longEvery;

    /// <summary>Few kinds of conditions a run: each form of a query is compiled once for each database.</summary>
    private readonly ConditionKind[] _conditions;

    public OperationGenerator(int seed)
    {
        _random = new Random(seed);
        _tables = _random.Next(1, Table.All.Count + 1);
        _longEvery = _random.Next(3) switch { 0 => 20, 1 => 100, _ => 1_000 };
        _conditions = [AnyCondition(), AnyCondition()];
        var durability = _random.Next(4) switch { 0 => Durability.Relaxed, 1 => Durability.None, _ => Durability.Full };
        Setup = new(s_caps[_random.Next(s_caps.Length)], durability);
        _kinds = [.. Tables(), .. Queries(), .. Maps(), .. Lists(), .. Others(), .. Ends(), .. Crashes()];
        for (var i = 0; i < _kinds.Length; i++)
        {
            _kinds[i].Weight *= _random.Next(6) switch { 0 => 0, 1 => 0.3, 2 => 3, _ => 1 };
        }

        _total = _kinds.Sum(kind => kind.Weight);
    }

    /// <summary>Cap and durability.</summary>
    public ModelSetup Setup { get; }

    /// <summary>Operations, the last of which compares everything.</summary>
    public List<Operation> Make(int count)
    {
        var operations = Enumerable.Range(0, count).Select(_ => Next()).ToList();
        operations.Add(new CompareAll());
        operations.Add(new Reopen(Setup.Pages));
        operations.Add(new CompareAll());
        return operations;
    }

    private Operation Next()
    {
        var at = _random.NextDouble() * _total;
        foreach (var (weight, make) in _kinds)
        {
            at -= weight;
            if (at < 0)
            {
                return make();
            }
        }

        return new CheckPages();
    }

    private (double Weight, Func<Operation> Make)[] Tables() =>
    [
        (40, () => new Insert(On(), Key(), Row())),
        (20, () => new Insert(0, 0, Row())),
        (60, () => new Upsert(On(), Key(), Row())),
        (50, () => new Update(On(), Key(), Row())),
        (50, () => new Delete(On(), Key())),
        (1, () => new WriteBeside(On(), Key())),
        (5, () => new InsertMany(On(), Key(), Many(), _random.Next(1, 4), Row() with { Length = Short() })),
        (3, () => new InsertMany(0, 0, Many(), 1, Row() with { Length = Short() })),
        (4, () => new DeleteMany(On(), Key(), _random.Next(60), _random.Next(5))),
        (0.3, () => new DeleteWhere(On(), Condition())),
        (240, () => new Find(On(), Key(), Where())),
        (140, () => new Contains(On(), Key(), Where())),
        (40, () => new CountAll(On(), Where())),
        (6, () => new FindMany(On(), Key(), _random.Next(20), _random.Next(4), Where())),
        (1, () => new FindAll(On(), Where())),
        (4, () => new EnsureIndex(On(), _random.Next(Index.All.Count))),
        (2, () => new DropIndex(On(), _random.Next(Index.All.Count))),
        (0.6, () => new DropTable(On())),
    ];

    private (double Weight, Func<Operation> Make)[] Queries() =>
    [
        (0.6, () => new RunQuery(On(), new(QueryForm.Where, Condition(), _random.Next(20)), Where())),
        (0.3, () => new RunQuery(On(), new(QueryForm.Count, Condition(), 0), Where())),
        (0.3, () => new RunQuery(On(), new(QueryForm.Ordered, Between(), _random.Next(20)), Where())),
        (0.3, () => new RunQuery(On(), new(QueryForm.Descending, Between(), _random.Next(20)), Where())),
    ];

    private (double Weight, Func<Operation> Make)[] Maps() =>
    [
        (60, () => new PutEntry(OnMap(), Key(), Value(), false)),
        (40, () => new PutEntry(OnMap(), Key(), Value(), true)),
        (60, () => new RemoveEntry(OnMap(), Key())),
        (2, () => new RemoveEntries(OnMap(), Key(), Key())),
        (3, () => new PutEntries(OnMap(), Key(), Many(), _random.Next(4), Value(), _random.Next(2) == 0)),
        (0.5, () => new ClearMap(OnMap())),
        (0.5, () => new DropMap(OnMap())),
        (200, () => new GetEntry(OnMap(), Key(), Where())),
        (120, () => new ContainsEntry(OnMap(), Key(), Where())),
        (30, () => new CountEntries(OnMap(), Where())),
        (25, () => new ScanMap(OnMap(), Key(), Key(), _random.Next(2) == 0, _random.Next(30), Where())),
    ];

    private (double Weight, Func<Operation> Make)[] Lists() =>
    [
        (30, () => new InsertItems(OnList(), _random.Next(), Item(), Few())),
        (30, () => new AddItems(OnList(), Item(), Few())),
        (40, () => new RemoveItems(OnList(), _random.Next(), Few())),
        (8, () => new RemoveItem(OnList(), Item())),
        (0.5, () => new RemoveItemsWhere(OnList(), _random.Next(2, 9))),
        (20, () => new RemoveEdge(OnList(), _random.Next(2) == 0)),
        (30, () => new SetItem(OnList(), _random.Next(), Item())),
        (0.5, () => new ClearList(OnList())),
        (0.5, () => new DropList(OnList())),
        (120, () => new GetItem(OnList(), _random.Next(), Where())),
        (20, () => new CountItems(OnList(), Where())),
        (6, () => new ContainsItem(OnList(), Item(), Where())),
        (6, () => new ScanList(OnList(), _random.Next(), _random.Next(60), Where())),
    ];

    private (double Weight, Func<Operation> Make)[] Others() =>
    [
        (12, () => new Push(Item(), Few())),
        (20, () => new Pop()),
        (10, () => new Peek(Where())),
        (0.5, () => new ClearStack()),
        (0.5, () => new DropStack()),
        (8, () => new ReplaceText(_random.Next(3) == 0 ? -1 : _random.Next(), _random.Next(400), Length(), Seed())),
        (8, () => new ReplaceText(_random.Next(), _random.Next(800), 0, 0)),
        (0.5, () => new DropString()),
        (10, () => new ReadText(_random.Next(), _random.Next(200), Where())),
    ];

    private (double Weight, Func<Operation> Make)[] Ends() =>
    [
        (25, () => new Begin()),
        (16, () => new End(TransactionEnd.Commit)),
        (4, () => new End(TransactionEnd.Rollback)),
        (3, () => new End(TransactionEnd.Dispose)),
        (10, () => new SetSavepoint()),
        (8, () => new BackTo(_random.Next(8), Release: false)),
        (4, () => new BackTo(_random.Next(8), Release: true)),
        (6, () => new BeginSnapshot(_random.Next(1, 5))),
        (5, () => new EndSnapshot(_random.Next(5))),
        (1, () => new Checkpoint()),
        (0.3, () => new Compact()),
        (0.5, () => new Truncate()),
        (0.3, () => new CheckPages()),
        (0.4, () => new CompareAt(Where())),
        (0.1, () => new CompareAll()),
        (0.5, () => new Reopen(s_caps[_random.Next(s_caps.Length)])),
    ];

    private (double Weight, Func<Operation> Make)[] Crashes() =>
    [
        (0.4, () => new LosePower(Policy(), Seed(), Again())),
        (1, () => new LosePowerAt(_random.Next(1, _random.Next(2) == 0 ? 5 : 60), Policy(), Seed(), Again())),
    ];

    private int On() => _random.Next(_tables);

    private int OnMap() => _random.Next(Map.All.Count);

    private int OnList() => _random.Next(NamedList.All.Count);

    private int Key() => _random.Next(1, Keys);

    private int Item() => _random.Next(100_000);

    private int Seed() => _random.Next(1_000_000);

    private int Many() => _random.Next(12) switch
    {
        0 => _random.Next(300),
        < 5 => _random.Next(40),
        _ => _random.Next(6),
    };

    private int Few() => _random.Next(30) switch
    {
        0 => _random.Next(200),
        < 4 => _random.Next(20),
        _ => 1,
    };

    private int Where() => _random.Next(8);

    private int Length() => _random.Next(_longEvery) == 0
        ? _random.Next(5_000, ModelData.MaxLength)
        : _random.Next(20) switch
        {
            0 => _random.Next(800, 1_300),
            < 4 => 0,
            _ => _random.Next(80),
        };

    private int Short() => _random.Next(4) == 0 ? _random.Next(300) : _random.Next(20);

    private Value Value() => new(Length(), Seed());

    private Row Row() => new(
        _random.Next(200),
        _random.Next(-1, 5),
        _random.Next(4) == 0 ? -1 : _random.Next(5_000),
        _random.Next(64),
        Length(),
        Seed());

    private ConditionKind AnyCondition() => (ConditionKind)_random.Next((int)ConditionKind.LabelIs + 1);

    private Condition Condition() => new(
        _conditions[_random.Next(_conditions.Length)], _random.Next(200), _random.Next(200));

    private Condition Between()
    {
        var from = _random.Next(200);
        return new(ConditionKind.NumberBetween, from, from + _random.Next(60));
    }

    private string Policy() => s_policies[_random.Next(s_policies.Length)];

    private int Again() => _random.Next(3) == 0 ? _random.Next(1, 20) : 0;
}
