using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Samples.QuickStart;

/// <summary>The product in a minute.</summary>
public static class QuickStartSample
{
    /// <summary>Runs on a file that does not exist yet.</summary>
    public static void Run(string path, TextWriter output)
    {
        #region open and store
        using var db = VMemDatabase.Open(path);                    // creates the file when it is missing
        var customers = db.GetCollection<Customer>("customers");   // the key is Id; a default one is assigned

        customers.EnsureIndex(c => c.City);
        customers.EnsureIndex(c => c.Tags);                        // one entry for each element
        customers.Insert(new Customer { Name = "Ada", City = "London", Age = 36, Tags = ["maths", "engines"] });
        customers.Insert(new Customer { Name = "Edsger", City = "Rotterdam", Age = 28, Tags = ["maths"] });
        customers.Insert(new Customer { Name = "Grace", City = "New York", Age = 41, Tags = ["compilers"] });
        #endregion

        #region query
        var query = customers.AsQueryable()
            .Where(c => c.City == "London" && c.Age > 30)
            .OrderBy(c => c.Name)
            .Select(c => new { c.Name, c.Age });

        foreach (var customer in query)
        {
            output.WriteLine($"{customer.Name}, {customer.Age}");
        }

        output.WriteLine(query.Explain());                         // which index, which interval, what was read
        #endregion

        var mathematicians = customers.AsQueryable().Count(c => c.Tags.Contains("maths"));
        output.WriteLine($"{mathematicians} of {customers.Count} like maths.");
    }

    #region class
    public sealed class Customer
    {
        public int Id { get; set; }
        public string Name { get; set; } = "";
        public string City { get; set; } = "";
        public int Age { get; set; }
        public List<string> Tags { get; set; } = [];
    }
    #endregion
}
