namespace Abc.VMem.Db.Samples.KeyValueMap;

/// <summary>Ordered maps: on types, and on bytes.</summary>
public static class KeyValueMapSample
{
    /// <summary>Runs on a file that does not exist yet.</summary>
    public static void Run(string path, TextWriter output)
    {
        using var db = VMemDatabase.Open(path);

        #region typed map
        var capitals = db.GetMap<string, string>("capitals");
        capitals["Norway"] = "Oslo";
        capitals["Nepal"] = "Kathmandu";
        capitals["Peru"] = "Lima";
        capitals.Insert("Peru", "Cusco");                          // false: it is there, and stays as it is

        foreach (var (country, capital) in capitals.Range("N", "O"))
        {
            output.WriteLine($"{country}: {capital}");             // Nepal, Norway: in the order of their keys
        }
        #endregion

        output.WriteLine(capitals.TryGetValue("Atlantis", out _) ? "Atlantis is there" : "Atlantis is not there");

        #region map on bytes
        var pages = db.GetMap("pages");
        pages.Put("home"u8, "Welcome"u8);
        pages.Put("help"u8, "Ask away"u8);

        using var cursor = pages.Seek("he"u8);                     // stands before the first key from "he" on
        while (cursor.MoveNext())
        {
            output.WriteLine($"{cursor.Key.Length} + {cursor.Value.Length} bytes, nothing allocated");
        }
        #endregion
    }
}
