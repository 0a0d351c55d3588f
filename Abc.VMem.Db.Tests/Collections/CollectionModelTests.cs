using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>
/// Random operations against a model: transactions, rollbacks, snapshots, indexes that come and go, reopening,
/// compaction.
/// </summary>
public sealed class CollectionModelTests
{
    [Theory]
    [InlineData(1, 128)]
    [InlineData(2, 512)]
    [InlineData(3, 16384)]
    public void RandomOperations_AgreeWithTheModel(int seed, int maxMappedPages)
    {
        using var test = new TestDatabase(maxMappedPages);
        var run = new Run(test, new Random(seed));
        try
        {
            for (var i = 0; i < 250; i++)
            {
                run.Step();
            }

            run.Compare();
        }
        catch (Exception exception)
        {
            var last = string.Join("; ", run.Log.TakeLast(30));
            throw new InvalidOperationException($"Seed {seed}, after: {last}", exception);
        }
    }

    private sealed class Run(TestDatabase test, Random random)
    {
        private static readonly string[] Names = ["people", "others"];

        private Dictionary<string, SortedDictionary<int, Person>> _model =
            Names.ToDictionary(name => name, _ => new SortedDictionary<int, Person>());

        public List<string> Log { get; } = [];

        public void Step()
        {
            switch (random.Next(13))
            {
                case 0:
                    Note("reopen");
                    test.Reopen();
                    break;
                case 1:
                    Compare();
                    break;
                case 2:
                    ReadInASnapshot();
                    break;
                case 3:
                    ChangeIndex();
                    break;
                case 4 or 5 or 6:
                    InATransaction();
                    break;
                case 7:
                    Note("compact");
                    test.Db.Compact();
                    break;
                default:
                    var name = Names[random.Next(2)];
                    Change(test.Db.GetCollection<Person>(name), _model[name], name);
                    break;
            }
        }

        public void Compare()
        {
            Note("compare");
            foreach (var name in Names)
            {
                AssertSame(_model[name], test.Db.GetCollection<Person>(name));
            }

            test.Db.Check();
        }

        private static void AssertSame(SortedDictionary<int, Person> expected, DocumentCollection<Person> people)
        {
            Assert.Equal(expected.Count, people.Count);
            Assert.Equal(expected.Select(Text), people.FindAll().Select(person => Text(new(person.Id, person))));
        }

        private static string Text(KeyValuePair<int, Person> pair) =>
            $"{pair.Key} {pair.Value.Name} {pair.Value.Mail} {pair.Value.Age} {string.Join(',', pair.Value.Tags)}";

        private void ReadInASnapshot()
        {
            Note("snapshot");
            using var snapshot = test.Db.BeginSnapshot();
            var name = Names[random.Next(2)];
            var before = new SortedDictionary<int, Person>(_model[name]);
            Change(test.Db.GetCollection<Person>(name), _model[name], name);
            if (random.Next(2) == 0)
            {
                test.Db.Compact();
                Change(test.Db.GetCollection<Person>(name), _model[name], name);
            }

            AssertSame(before, snapshot.GetCollection<Person>(name));
        }

        private void InATransaction()
        {
            var copy = _model.ToDictionary(pair => pair.Key, pair => new SortedDictionary<int, Person>(pair.Value));
            using var transaction = test.Db.BeginTransaction();
            for (var steps = random.Next(1, 6); steps > 0; steps--)
            {
                var name = Names[random.Next(2)];
                Change(transaction.GetCollection<Person>(name), copy[name], name);
                AssertSame(copy[name], transaction.GetCollection<Person>(name));
            }

            if (random.Next(3) > 0)
            {
                Note("commit");
                transaction.Commit();
                _model = copy;
            }
            else
            {
                Note("rollback");
            }
        }

        private void ChangeIndex()
        {
            var people = test.Db.GetCollection<Person>(Names[random.Next(2)]);
            Note($"index of {people.Name}");
            switch (random.Next(4))
            {
                case 0:
                    people.EnsureIndex(person => person.Tags);
                    break;
                case 1:
                    people.EnsureIndex(person => new { person.Age, person.Name });
                    break;
                case 2:
                    people.EnsureIndex(person => person.Orders.Select(order => order.ProductId));
                    break;
                default:
                    people.DropIndex(people.IndexNames is [var first, ..] ? first : "none");
                    break;
            }
        }

        private void Change(DocumentCollection<Person> people, SortedDictionary<int, Person> model, string name)
        {
            var person = Person.Make(random.Next(10_000));
            person.Id = random.Next(1, 120);
            if (random.Next(20) == 0)
            {
                person.Name = new string((char)random.Next('a', 'z'), random.Next(20_000));
            }

            var operation = random.Next(7);
            Note($"{name} {operation} {person.Id}");
            switch (operation)
            {
                case 0:
                    Assert.Equal(model.ContainsKey(person.Id), people.Upsert(person));
                    model[person.Id] = person;
                    break;
                case 1:
                    Assert.Equal(model.ContainsKey(person.Id), people.Update(person));
                    if (model.ContainsKey(person.Id))
                    {
                        model[person.Id] = person;
                    }

                    break;
                case 2:
                    Assert.Equal(model.Remove(person.Id), people.Delete(person.Id));
                    break;
                case 3 when model.ContainsKey(person.Id):
                    Assert.Throws<DuplicateKeyException>(() => people.Insert(person));
                    break;
                case 3:
                    people.Insert(person);
                    model.Add(person.Id, person);
                    break;
                case 4:
                    InsertMany(people, model);
                    break;
                case 5:
                    var keys = Enumerable.Range(0, 10).Select(_ => random.Next(1, 200)).Distinct().ToList();
                    Assert.Equal(keys.Count(model.Remove), people.DeleteMany(keys));
                    break;
                default:
                    Assert.Equal(model.ContainsKey(person.Id), people.Contains(person.Id));
                    Assert.Equal(model.GetValueOrDefault(person.Id)?.Name, people.Find(person.Id)?.Name);
                    break;
            }
        }

        private void InsertMany(DocumentCollection<Person> people, SortedDictionary<int, Person> model)
        {
            var count = random.Next(1, 40);
            var persons = Enumerable.Range(0, count).Select(_ => Person.Make(random.Next(10_000))).ToList();
            people.InsertMany(persons);
            foreach (var person in persons)
            {
                model.Add(person.Id, person);
            }
        }

        private void Note(string step) => Log.Add(step);
    }
}
