"""Application permissions of Microsoft Graph that lead to any sign-in of the tenant, by their ids.

A closed list: the first part is what independent research calls tier 0, the second is ours, for what makes or
resets sign-ins as ours does. The ids are the same in every tenant. graph.md §11
"""

from __future__ import annotations

PRIVILEGED = {
    "5eb59dd3-1da2-4329-8733-9dabdc435916": "AdministrativeUnit.ReadWrite.All",
    "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": "Application.ReadWrite.All",
    "18a4783c-866b-4cc7-a460-3d5e5662c884": "Application.ReadWrite.OwnedBy",
    "06b708a9-e830-4db3-a914-8e69da51d44f": "AppRoleAssignment.ReadWrite.All",
    "cc13eba4-8cd8-44c6-b4d4-f93237adce58": "DelegatedAdminRelationship.ReadWrite.All",
    "19dbc75e-c2e2-444c-a770-ec69d8559fc7": "Directory.ReadWrite.All",
    "7e05723c-0bb0-42da-be95-ae9f08a6e53c": "Domain.ReadWrite.All",
    "9acd699f-1e81-4958-b001-93b1d2506e19": "EntitlementManagement.ReadWrite.All",
    "62a82d76-70ea-41e2-9197-370581804d09": "Group.ReadWrite.All",
    "dbaae8cf-10b5-4b86-a4a1-f871c94c6695": "GroupMember.ReadWrite.All",
    "c22a92cc-79bf-4bb1-8b6c-e0a05d3d80ce": "OnPremDirectorySynchronization.ReadWrite.All",
    "29c18626-4985-4dcd-85c0-193eef327366": "Policy.ReadWrite.AuthenticationMethod",
    "a402ca1c-2696-4531-972d-6e5ee4aa11ea": "Policy.ReadWrite.PermissionGrant",
    "854d9ab1-6657-4ec8-be45-823027bcd009": "PrivilegedAccess.ReadWrite.AzureAD",
    "2f6817f8-7b12-4f0f-bc18-eeaf60705a9e": "PrivilegedAccess.ReadWrite.AzureADGroup",
    "6f9d5abc-2db6-400b-a267-7de22a40fb87": "PrivilegedAccess.ReadWrite.AzureResources",
    "41202f2c-f7ab-45be-b001-85c9728b9d69": "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
    "618b6020-bca8-4de6-99f6-ef445fa4d857": "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    "dd199f4a-f148-40a4-a2ec-f0069cc799ec": "RoleAssignmentSchedule.ReadWrite.Directory",
    "fee28b28-e1f3-4841-818e-2704dc62245f": "RoleEligibilitySchedule.ReadWrite.Directory",
    "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": "RoleManagement.ReadWrite.Directory",
    "b38dcc4d-a239-4ed6-aa84-6c65b284f97c": "RoleManagementPolicy.ReadWrite.AzureADGroup",
    "31e08e0a-d3f7-4ca2-ac39-7343fb83e8ad": "RoleManagementPolicy.ReadWrite.Directory",
    "9b50c33d-700f-43b1-b2eb-87e89b703581": "Synchronization.ReadWrite.All",
    "741f803b-c850-494e-b5df-cde7c675a1ca": "User.ReadWrite.All",
    "50483e42-d915-4231-9639-7fdb7fd190e5": "UserAuthenticationMethod.ReadWrite.All",
    # ours
    "627169a8-8c15-451c-861a-5b80e383de5c": "UserAuthMethod-TAP.ReadWrite.All",
    "0400e371-7db1-4338-a269-96069eb65227": "UserAuthMethod-Passkey.ReadWrite.All",
    "f6d38dfd-ec08-4995-8f07-23e929df0936": "UserAuthMethod-Password.ReadWrite.All",
    "6e85d483-7092-4375-babe-0a94a8213a58": "UserAuthMethod-Phone.ReadWrite.All",
    "7e9ebcc1-90aa-4471-8051-e68d6b4e9c89": "UserAuthMethod-HardwareOATH.ReadWrite.All",
    "787442d4-3c6e-4e99-aa95-8ccca20a48ff": "UserAuthMethod-SoftwareOATH.ReadWrite.All",
    "c7a22c2e-5b01-4129-8159-6c8be2c78f16": "UserAuthMethod-External.ReadWrite.All",
    "4869299f-18c3-40c8-98f2-222657e67db1": "UserAuthMethod-QR.ReadWrite.All",
    "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7": "User-PasswordProfile.ReadWrite.All",
    "64d40371-8d58-4270-bc8a-b4a66de36b9a": "Domain-InternalFederation.ReadWrite.All",
    "81adad77-a25a-489d-ac43-321115620139": "PrivilegedAssignmentSchedule.ReadWrite.EntraAppRole",
    "7f4c39f1-1aa7-44b7-ab05-38df2609c37a": "PrivilegedEligibilitySchedule.ReadWrite.EntraAppRole",
}
