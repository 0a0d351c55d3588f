using Abc.VMem.Db.Tests.Support;

// The tests start this same assembly as a second process: to be killed, or to hold a file.
return ChildProgram.Run(args);
